// The extension under test, and waiting for what an editor does in its own time.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CasExtension } from '#editor/extension.ts';
import type { CoreApi } from '#protocol/api.ts';
import { PATIENCE_MS } from '#test/support/patience.ts';

export const extensionId = 'cas.cas';

export function extension(): vscode.Extension<CasExtension> {
  const found = vscode.extensions.getExtension<CasExtension>(extensionId);
  assert.ok(found, `${extensionId} is not installed`);
  return found;
}

export function workspaceUri(...path: readonly string[]): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, ...path);
}

/** Asks again until there is an answer; fails with `what` when there is none in time. */
export async function until<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  what: string,
  limitMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) assert.fail(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** What a test wrote past the editor is used only after a yes. */
export async function approveFiles(api: CoreApi): Promise<void> {
  const files = (await api.call('trust.list')).filter(({ state }) => state !== 'approved');
  await api.call(
    'trust.approve',
    files.map(({ path, hash }) => ({ path, hash })),
  );
}
