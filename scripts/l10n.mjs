// Collects every text of the editor and of the pages into l10n/bundle.l10n.json. Writes no translation: it names those that are
// missing and drops those that are no longer used. `--check` writes nothing. Last line: `N texts, N missing`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['src/editor', 'webview-ui'];
export const BUNDLE = 'l10n/bundle.l10n.json';
export const LOCALES = ['zh-cn'];
export const localeBundle = (locale) => `l10n/bundle.l10n.${locale}.json`;

/** A call of `t` or `l10n.t`: not a method of something else, not the end of a longer name. */
const CALL = /(?<![\w$.]|function )t\(|\bl10n\.t\(/g;
const COMMENTS = /(?<![:'"`\\])\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const LITERAL = /^\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`)\s*[,)]/;

/** Texts of one file, in their order. Throws for a call whose first argument is no text that is written out there. */
export function textsOf(source, file) {
  const code = source.replaceAll(COMMENTS, (comment) => ' '.repeat(comment.length));
  return Array.from(code.matchAll(CALL), ({ 0: call, index }) => {
    const after = code.slice(index + call.length);
    const literal = LITERAL.exec(after)?.[1];
    if (literal === undefined) {
      const line = source.slice(0, index).split('\n').length;
      throw new Error(`${file}:${line}: the text must be written out where t() is called: ${after.slice(0, 60)}`);
    }
    return unquoted(literal);
  });
}

function unquoted(literal) {
  const body = literal.slice(1, -1);
  return body.replaceAll(/\\(u[0-9a-f]{4}|.)/gis, (_, code) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: '\n', t: '\t' }[code] ?? code;
  });
}

/** Every text, sorted, with the first file it stands in. */
export function collect() {
  const found = new Map();
  for (const folder of FOLDERS) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true }).toSorted((a, b) => (a < b ? -1 : 1))) {
      if (!/\.tsx?$/.test(entry) || entry.endsWith('.d.ts')) continue;
      const file = path.posix.join(folder, entry.replaceAll('\\', '/'));
      for (const text of textsOf(readFileSync(path.join(root, file), 'utf8'), file)) if (!found.has(text)) found.set(text, file);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function readBundle(name) {
  return JSON.parse(readFileSync(path.join(root, name), 'utf8'));
}

function writeBundle(name, texts) {
  writeFileSync(path.join(root, name), `${JSON.stringify(texts, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const texts = collect();
  const isCheck = process.argv.includes('--check');
  if (!isCheck) writeBundle(BUNDLE, Object.fromEntries([...texts.keys()].map((text) => [text, text])));
  let missing = 0;
  for (const locale of LOCALES) {
    const known = readBundle(localeBundle(locale));
    const kept = Object.fromEntries([...texts.keys()].filter((text) => text in known).map((text) => [text, known[text]]));
    if (!isCheck) writeBundle(localeBundle(locale), kept);
    for (const [text, file] of texts) {
      if (text in known) continue;
      missing += 1;
      console.log(`${locale} ${file}: ${JSON.stringify(text)}`);
    }
  }
  console.log(`${texts.size} texts, ${missing} missing`);
  process.exitCode = missing > 0 ? 1 : 0;
}
