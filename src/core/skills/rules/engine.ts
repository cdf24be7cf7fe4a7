// Starts ast-grep's WebAssembly build and loads grammars when they are first needed. See docs/decisions/0002.

import path from 'node:path';
import * as astGrep from '@ast-grep/wasm/wasm_bg.js';
import type { SgNode } from '@ast-grep/wasm';
import { type Node, Parser, type Tree } from 'web-tree-sitter';
import { AppError } from '#base/errors.ts';
import { expandoChar, type Language } from '#core/skills/rules/languages.ts';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';

export interface SyntaxEngine {
  /** Parses once; the tree is freed when `use` returns. Blocks for about 1 ms per 3 KB. */
  withTree<T>(language: Language, text: string, use: (root: SgNode) => T): T;
  /** The same tree as tree-sitter's own nodes, for readers that walk it instead of matching patterns. */
  withNodes<T>(language: Language, text: string, use: (root: Node) => T): T;
  /** Must have resolved for a language before `withTree` is called with it. Throws `rules.grammarMissing`. */
  load(languages: Iterable<Language>): Promise<void>;
}

export interface EngineOptions {
  /** Absolute folder with `ast-grep.wasm`, `web-tree-sitter.wasm` and `tree-sitter-<language>.wasm`. */
  readonly grammarsDir: string;
  readonly own: OwnFiles;
}

function grammarMissing(file: string): AppError {
  return new AppError({
    code: 'rules.grammarMissing',
    message: `The file ${file} is missing from this installation. Reinstall CAS, or build it again.`,
    details: { file },
  });
}

interface Instance {
  readonly exports: { readonly __wbindgen_start: () => void };
}
declare const WebAssembly: { instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: Instance }> };

// The glue code keeps its instance in a module variable, so there is one for the process, whoever asks first.
let started: Promise<void> | undefined;

async function start({ grammarsDir, own }: EngineOptions): Promise<void> {
  const file = path.join(grammarsDir, 'ast-grep.wasm');
  const bytes = await own.readBytes(file);
  if (bytes === null) throw grammarMissing(file);
  // The first init decides where the runtime's file lies; ast-grep's own init then finds it done.
  await Parser.init({ locateFile: (name: string) => path.join(grammarsDir, name) });
  const { instance } = await WebAssembly.instantiate(bytes, { './wasm_bg.js': astGrep });
  astGrep.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  await astGrep.initializeTreeSitter();
}

function parsed<T>(language: Language, text: string, use: (tree: ReturnType<typeof astGrep.parse>) => T): T {
  const tree = astGrep.parse(language, text);
  try {
    return use(tree);
  } finally {
    (tree.getInnerTree() as Tree).delete();
    tree.free();
  }
}

/** Reads nothing until `load`; a failed start is tried again at the next `load`. */
export function createSyntaxEngine(options: EngineOptions): SyntaxEngine {
  const loaded = new Map<Language, Promise<void>>();
  const loadOne = async (language: Language): Promise<void> => {
    const libraryPath = path.join(options.grammarsDir, `tree-sitter-${language}.wasm`);
    if ((await options.own.readBytes(libraryPath)) === null) throw grammarMissing(libraryPath);
    await astGrep.registerDynamicLanguage({ [language]: { libraryPath, expandoChar: expandoChar(language) } });
  };
  return {
    async load(languages) {
      started ??= start(options).catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      await started;
      // One after the other: the grammar loader is not made for concurrent loads.
      for (const language of languages) {
        const loading = loaded.get(language) ?? loadOne(language);
        loaded.set(language, loading);
        await loading.catch((error: unknown) => {
          loaded.delete(language);
          throw error;
        });
      }
    },
    withTree: (language, text, use) => parsed(language, text, (tree) => use(tree.root())),
    withNodes: (language, text, use) => parsed(language, text, (tree) => use((tree.getInnerTree() as Tree).rootNode)),
  };
}
