import * as vscode from 'vscode';

/** The texts of pages in the person's language, by the English ones. Bundles may hold texts with comments beside them; those are objects. */
export function pageTexts(): Record<string, string> {
  return Object.fromEntries(Object.entries(vscode.l10n.bundle ?? {}).filter(([, text]) => typeof text === 'string'));
}
