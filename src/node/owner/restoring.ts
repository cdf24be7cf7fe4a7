// An owner that puts a backup in the place of its own store: it puts its runs down, lets go of the store, restores, and is
// left by all, itself included; whoever opens the workspace next finds what was restored.

import fs from 'node:fs';
import { backupNotFound } from '#core/store/care/backupErrors.ts';
import { ownerGone } from '#node/owner/client.ts';
import type { CoreApi, CoreMethod } from '#protocol/api.ts';
import type { RestoreReport } from '#protocol/storeCare.ts';

export interface Restoring {
  /** The same, with `store.restore`. While that goes on, other calls are refused like those to an owner that has ended. */
  readonly api: CoreApi;
  /** Resolves when a restore is over and has been answered, whatever came of it. */
  readonly left: Promise<void>;
}

/** `restore` may take the store's lock. */
export function restoring(api: CoreApi, restore: (from: string | null) => Promise<RestoreReport>): Restoring {
  const left = Promise.withResolvers<void>();
  let letsGo = false;
  const run = async (from: string | null): Promise<RestoreReport> => {
    // Nobody is interrupted for a mistyped name.
    if (from !== null && !fs.existsSync(from)) throw backupNotFound({ file: from });
    letsGo = true;
    try {
      await api.close();
      return await restore(from);
    } finally {
      // After the answer is on its way.
      setImmediate(() => left.resolve());
    }
  };
  const call = async (method: CoreMethod, ...args: readonly unknown[]): Promise<unknown> => {
    if (letsGo) throw ownerGone();
    if (method === 'store.restore') return run((args[0] as { readonly from: string | null }).from);
    return (api.call as (name: CoreMethod, ...values: readonly unknown[]) => Promise<unknown>)(method, ...args);
  };
  return {
    left: left.promise,
    api: {
      call: call as CoreApi['call'],
      subscribe: (listener) => api.subscribe(listener),
      close: () => api.close(),
      dispose: () => api.dispose(),
    },
  };
}
