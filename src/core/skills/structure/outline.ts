// What a source file declares and what it asks for: definitions with their signatures, imports, and the size of its functions.

import type { Node } from 'web-tree-sitter';
import type { Language } from '#core/skills/rules/languages.ts';
import { measureFunctions, type FunctionSize } from '#core/skills/structure/functions.ts';
import { readGo } from '#core/skills/structure/languages/go.ts';
import { readJava } from '#core/skills/structure/languages/java.ts';
import { readPython } from '#core/skills/structure/languages/python.ts';
import { readRust } from '#core/skills/structure/languages/rust.ts';
import { readScript } from '#core/skills/structure/languages/script.ts';

export type DefinitionKind = 'function' | 'method' | 'class' | 'interface' | 'type' | 'enum' | 'constant';

export interface Definition {
  readonly kind: DefinitionKind;
  /** `name`, or `Owner.name` for a member of a type. */
  readonly name: string;
  /** Another file can use it, as far as the file itself says. */
  readonly exported: boolean;
  /** A documentation comment in the form of the language stands with it. */
  readonly documented: boolean;
  /** A decorator, annotation or attribute stands with it: something else may call it. */
  readonly marked: boolean;
  /** What callers rely on, in one line: a function without its body, an interface or type whole. */
  readonly signature: string;
  /** Offsets in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

export interface Import {
  /** As written: `./a.ts`, `..pkg.mod`, `a/b/c`, `java.util.List`, `crate::a`. */
  readonly specifier: string;
  /** Names taken from it as they are called there; `*` for all of it. */
  readonly names: readonly string[];
  /** `type`: gone at run time. `lazy`: loaded when the line runs. `export`: handed on to others. `part`: a child module. */
  readonly kind: 'static' | 'type' | 'lazy' | 'export' | 'part';
  readonly start: number;
  readonly end: number;
}

export interface Declared {
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
}

export interface Outline extends Declared {
  readonly language: Language;
  readonly functions: readonly FunctionSize[];
  /** The grammar did not understand some part: what is said of the file may be incomplete. */
  readonly damaged: boolean;
}

const READERS: { readonly [language in Language]: (root: Node) => Declared } = {
  javascript: readScript,
  typescript: readScript,
  tsx: readScript,
  python: readPython,
  go: readGo,
  java: readJava,
  rust: readRust,
};

export function outlineOf(root: Node, language: Language): Outline {
  return { language, ...READERS[language](root), functions: measureFunctions(root, language), damaged: root.hasError };
}
