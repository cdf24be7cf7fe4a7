// Where VS Code enters. Registers what the manifest contributes and nothing else: no core, no files, no processes.
// Every contribution stands alone: one that fails is logged, the others work.

import type * as vscode from 'vscode';
import { toErrorView } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { contributions } from '#editor/contributions.ts';
import { createEditor, type Editor } from '#editor/editor.ts';
import type { CoreAccess } from '#editor/coreAccess.ts';

/** What `activate` returns to other extensions and to the tests. */
export interface CasExtension {
  /** Milliseconds our own code took to activate. */
  readonly activationMs: number;
  /** Contributions that could not be made; empty when all is well. */
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  /** True when activation itself had to open the core, because a view was on the screen already. */
  readonly coreOpenedAtActivation: boolean;
  readonly core: CoreAccess;
  /** Offers a runtime beside those of CAS: docs/runtimes.md. Throws `runtime.duplicate` and `runtime.badId`. */
  registerRuntime(kind: RuntimeKind): vscode.Disposable;
}

let active: Editor | null = null;

export function activate(context: vscode.ExtensionContext): CasExtension {
  const startedAt = performance.now();
  const editor = createEditor(context);
  active = editor;
  const failures: { name: string; message: string }[] = [];
  for (const [name, contribute] of Object.entries(contributions)) {
    try {
      contribute(editor);
    } catch (error) {
      failures.push({ name, message: toErrorView(error).message });
      editor.log.error(`${name} could not be set up`, {}, error);
    }
  }
  const coreOpenedAtActivation = editor.core.state.kind !== 'idle';
  return {
    activationMs: performance.now() - startedAt,
    failures,
    coreOpenedAtActivation,
    core: editor.core,
    registerRuntime: (kind) => editor.runtimes.add(kind),
  };
}

/** Waits until runs in flight are put down in a state they can be resumed from, and the store is closed. */
export async function deactivate(): Promise<void> {
  const editor = active;
  active = null;
  await editor?.core.close();
}
