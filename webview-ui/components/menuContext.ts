// What the editor's own context menu is about, for the attribute `data-vscode-context`: the manifest's `webview/context` names the
// same sections, and its commands are handed these values.

export type MenuSection = 'run' | 'checkpoint' | 'agent';

export function menuContext(section: MenuSection, values: Readonly<Record<string, string | number | boolean>>): string {
  return JSON.stringify({ webviewSection: `cas.${section}`, preventDefaultContextMenuItems: true, ...values });
}
