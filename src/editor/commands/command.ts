// What a command is: its id, what it needs to make sense, what it does. The manifest says the rest.

import type { Editor } from '#editor/editor.ts';

export interface Command {
  readonly id: `cas.${string}.${string}`;
  /** `trust`: it runs or writes something, so it is refused in Restricted Mode whatever the menus say. */
  readonly needs: 'nothing' | 'trust';
  /** What it returns is for tests and other extensions. */
  readonly run: (editor: Editor, ...args: readonly unknown[]) => Promise<unknown>;
}
