// What serves pages, loaded when the first one is shown: it brings the schemas of everything a page may say.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { DisposableStore } from '#base/disposable.ts';
import { type ShellOptions, shellHtml } from '#core/pages/shellHtml.ts';
import type { Editor } from '#editor/editor.ts';
import { pageTexts } from '#editor/panels/pageTexts.ts';

async function load() {
  const [host, dashboard, review] = await Promise.all([
    import('#core/pages/pageHost.ts'),
    import('#protocol/pages/dashboard.ts'),
    import('#protocol/pages/review.ts'),
  ]);
  return { servePage: host.servePage, ...dashboard, ...review };
}

interface PageServing {
  readonly serve: (server: Awaited<ReturnType<typeof load>>) => { dispose(): void };
  /** What its HTML is made of beside what all pages share. */
  readonly shell: Pick<ShellOptions, 'page' | 'title' | 'tabs' | 'start'>;
}

/** Serves, then shows: a page speaks as soon as it is there. What goes wrong is logged, and the page stays empty. */
export function serveWhenLoaded(
  webview: vscode.Webview,
  { resources, context, log }: { readonly resources: DisposableStore } & Pick<Editor, 'context' | 'log'>,
  { serve, shell }: PageServing,
): void {
  const folder = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  load()
    .then((server) => {
      if (resources.disposed) return;
      resources.add(serve(server));
      webview.html = shellHtml({
        ...shell,
        asset: (name) => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString(),
        source: webview.cspSource,
        nonce: randomBytes(16).toString('base64url'),
        locale: vscode.env.language,
        texts: pageTexts(),
      });
    })
    .catch((error: unknown) => log.error('a page could not be served', {}, error));
}
