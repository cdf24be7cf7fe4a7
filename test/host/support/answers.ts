// A person at the keyboard: what is picked, typed, confirmed and saved, in order, where the editor would ask.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export type Answer =
  /** The item of a list whose label has this in it; `null` leaves the list. */
  | { readonly pick: string | null }
  /** These items of a list of which several can be chosen. */
  | { readonly pickAll: readonly string[] }
  /** A text that the box must take; `null` leaves it. */
  | { readonly type: string | null }
  /** The button of a question. */
  | { readonly press: string }
  | { readonly save: vscode.Uri };

type Window = { -readonly [K in keyof typeof vscode.window]: (typeof vscode.window)[K] };

/** Runs `work`, and fails when it asks for something else than what is answered, or for less. */
export async function answering<T>(answers: readonly Answer[], work: () => Thenable<T> | Promise<T>): Promise<T> {
  const left = [...answers];
  const next = <K extends string>(kind: K): Extract<Answer, { readonly [P in K]: unknown }> => {
    const answer = left.shift();
    assert.ok(answer !== undefined && kind in answer, `asked for ${kind}, the next answer is ${JSON.stringify(answer)}`);
    return answer as Extract<Answer, { readonly [P in K]: unknown }>;
  };
  const window = vscode.window as Window;
  const { showQuickPick, showInputBox, showSaveDialog, showInformationMessage, showWarningMessage } = window;
  const ask = async (_text: string, ...rest: readonly unknown[]): Promise<unknown> => {
    const isModal = rest.some((one) => typeof one === 'object' && one !== null && (one as vscode.MessageOptions).modal === true);
    // A message that wants no answer may stay unread.
    if (!isModal) return undefined;
    const { press } = next('press');
    assert.ok(rest.includes(press), `${press} is no button of ${JSON.stringify(rest)}`);
    return press;
  };
  Object.assign(window, {
    showQuickPick: async (given: unknown, options?: vscode.QuickPickOptions) => {
      const items = (await given) as readonly vscode.QuickPickItem[];
      const find = (label: string): vscode.QuickPickItem => {
        const found = items.find((item) => item.kind !== vscode.QuickPickItemKind.Separator && item.label.includes(label));
        assert.ok(found, `${label} is not among ${items.map((item) => item.label).join(', ')}`);
        return found;
      };
      if (options?.canPickMany === true) return next('pickAll').pickAll.map(find);
      const { pick } = next('pick');
      return pick === null ? undefined : find(pick);
    },
    showInputBox: async (options?: vscode.InputBoxOptions) => {
      const { type } = next('type');
      if (type === null) return undefined;
      const problem = await options?.validateInput?.(type);
      assert.ok(problem === undefined || problem === null || problem === '', `${type} is refused: ${JSON.stringify(problem)}`);
      return type;
    },
    showSaveDialog: async () => next('save').save,
    showInformationMessage: ask,
    showWarningMessage: ask,
  });
  try {
    const result = await work();
    assert.deepEqual(left, [], 'all answers were asked for');
    return result;
  } finally {
    Object.assign(window, { showQuickPick, showInputBox, showSaveDialog, showInformationMessage, showWarningMessage });
  }
}
