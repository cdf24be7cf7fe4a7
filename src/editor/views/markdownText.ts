// Plain text inside Markdown. (MarkdownString.appendText makes every space unbreakable, so long lines would not wrap.)

const SPECIAL = /[\\`*_{}[\]()#+\-.!|<>~&$]/g;

/** The text shown as it is, whatever it holds; line breaks are kept. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(SPECIAL, String.raw`\$&`).replaceAll(/\r?\n/g, '  \n');
}
