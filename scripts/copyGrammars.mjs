// Puts the WebAssembly files of the structural rules into one folder: ast-grep, the tree-sitter runtime and the grammars.
import { cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const LANGUAGES = ['javascript', 'typescript', 'tsx', 'python', 'go', 'java', 'rust'];

/** Creates `folder` and copies what is missing or stale. */
export async function copyGrammars(folder) {
  await mkdir(folder, { recursive: true });
  const grammars = path.dirname(require.resolve('@vscode/tree-sitter-wasm'));
  const files = [
    [path.join(path.dirname(require.resolve('@ast-grep/wasm/wasm_bg.js')), 'wasm_bg.wasm'), 'ast-grep.wasm'],
    [require.resolve('web-tree-sitter/web-tree-sitter.wasm'), 'web-tree-sitter.wasm'],
    ...LANGUAGES.map((language) => [path.join(grammars, `tree-sitter-${language}.wasm`), `tree-sitter-${language}.wasm`]),
  ];
  for (const [from, name] of files) await cp(from, path.join(folder, name));
}
