// The languages that structural rules can read: one grammar file each, shipped beside the bundles.

import { z } from 'zod';

export const languageSchema = z.enum(['javascript', 'typescript', 'tsx', 'python', 'go', 'java', 'rust']);
export type Language = z.infer<typeof languageSchema>;

const BY_EXTENSION: { readonly [extension: string]: Language } = {
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  py: 'python',
  pyi: 'python',
  go: 'go',
  java: 'java',
  rs: 'rust',
};

/** Null when no grammar reads this kind of file. */
export function languageOf(path: string): Language | null {
  const extension = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return BY_EXTENSION[extension] ?? null;
}

/** `$` cannot stand in a name in these languages, so patterns are parsed with another letter in its place. */
export function expandoChar(language: Language): string {
  return language === 'javascript' || language === 'typescript' || language === 'tsx' || language === 'java' ? '$' : 'µ';
}
