// What serves pages, loaded when the first one is shown: it brings the schemas of everything a page may say.

import type * as vscode from 'vscode';
import type { DisposableStore } from '#base/disposable.ts';
import type { Log } from '#core/ports.ts';

async function load() {
  const [host, dashboard, review] = await Promise.all([
    import('#core/pages/pageHost.ts'),
    import('#protocol/pages/dashboard.ts'),
    import('#protocol/pages/review.ts'),
  ]);
  return { servePage: host.servePage, ...dashboard, ...review };
}

/** Serves, then shows: a page speaks as soon as it is there. What goes wrong is logged, and the page stays empty. */
export function serveWhenLoaded(
  webview: vscode.Webview,
  { resources, log }: { readonly resources: DisposableStore; readonly log: Log },
  { serve, html }: { readonly serve: (server: Awaited<ReturnType<typeof load>>) => { dispose(): void }; readonly html: () => string },
): void {
  load()
    .then((server) => {
      if (resources.disposed) return;
      resources.add(serve(server));
      webview.html = html();
    })
    .catch((error: unknown) => log.error('a page could not be served', {}, error));
}
