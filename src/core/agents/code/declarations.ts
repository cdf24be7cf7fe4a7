// Which nodes of a syntax tree declare something, and under which name: per language, as the grammars call them.

import type { SgNode } from '@ast-grep/wasm';
import type { Language } from '#core/skills/rules/languages.ts';

interface Grammar {
  /** Languages that can name each other's declarations. */
  readonly family: string;
  /** Kind of node → what people call it. */
  readonly declares: { readonly [kind: string]: string };
  /** Kinds of nodes that are names. */
  readonly names: readonly string[];
}

const SCRIPT: Grammar = {
  family: 'script',
  declares: {
    function_declaration: 'function',
    generator_function_declaration: 'function',
    function_signature: 'function',
    class_declaration: 'class',
    abstract_class_declaration: 'class',
    method_definition: 'method',
    interface_declaration: 'interface',
    type_alias_declaration: 'type',
    enum_declaration: 'enum',
    variable_declarator: 'variable',
  },
  names: ['identifier', 'property_identifier', 'type_identifier', 'shorthand_property_identifier', 'private_property_identifier'],
};

/** `kinds` that a grammar does not know make a rule invalid, so JavaScript has its own list. */
const PLAIN_SCRIPT: Grammar = {
  ...SCRIPT,
  declares: {
    function_declaration: 'function',
    generator_function_declaration: 'function',
    class_declaration: 'class',
    method_definition: 'method',
    variable_declarator: 'variable',
  },
  names: SCRIPT.names.filter((kind) => kind !== 'type_identifier'),
};

export const GRAMMARS: { readonly [L in Language]: Grammar } = {
  javascript: PLAIN_SCRIPT,
  typescript: SCRIPT,
  tsx: SCRIPT,
  python: {
    family: 'python',
    declares: { function_definition: 'function', class_definition: 'class', assignment: 'variable' },
    names: ['identifier'],
  },
  go: {
    family: 'go',
    declares: {
      function_declaration: 'function',
      method_declaration: 'method',
      type_spec: 'type',
      const_spec: 'constant',
      var_spec: 'variable',
    },
    names: ['identifier', 'field_identifier', 'type_identifier', 'package_identifier'],
  },
  java: {
    family: 'java',
    declares: {
      class_declaration: 'class',
      interface_declaration: 'interface',
      enum_declaration: 'enum',
      record_declaration: 'record',
      method_declaration: 'method',
      constructor_declaration: 'constructor',
      variable_declarator: 'variable',
    },
    names: ['identifier', 'type_identifier'],
  },
  rust: {
    family: 'rust',
    declares: {
      function_item: 'function',
      struct_item: 'struct',
      enum_item: 'enum',
      trait_item: 'trait',
      const_item: 'constant',
      static_item: 'static',
      type_item: 'type',
      mod_item: 'module',
      macro_definition: 'macro',
    },
    names: ['identifier', 'field_identifier', 'type_identifier'],
  },
};

/** Kinds inside which a variable is local, and not what others look up. */
const BODIES: ReadonlySet<string> = new Set(['statement_block', 'block', 'function_body', 'constructor_body']);

/** The node of its name; null for a pattern, and for a variable local to a body. */
export function nameOf(node: SgNode): SgNode | null {
  const kind = node.kind();
  const name = node.field('name') ?? (kind === 'assignment' ? node.field('left') : undefined);
  if (name === undefined || !name.kind().endsWith('identifier')) return null;
  const isVariable = ['variable_declarator', 'assignment', 'var_spec', 'const_spec'].includes(kind);
  return isVariable && node.ancestors().some((ancestor) => BODIES.has(ancestor.kind()) && !isClassBody(ancestor)) ? null : name;
}

/** Python's class bodies are blocks, too. */
function isClassBody(node: SgNode): boolean {
  return node.parent()?.kind() === 'class_definition';
}
