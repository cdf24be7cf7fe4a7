// Rust: items marked `pub`, and the members of their implementations.

import type { Node } from 'web-tree-sitter';
import { allOf, commentAbove, headOf, nameOf, oneLine } from '#core/skills/structure/nodes.ts';
import type { Declared, Definition, DefinitionKind, Import } from '#core/skills/structure/outline.ts';

const KINDS: { readonly [type: string]: DefinitionKind } = {
  function_item: 'function',
  function_signature_item: 'function',
  struct_item: 'class',
  union_item: 'class',
  enum_item: 'enum',
  trait_item: 'interface',
  type_item: 'type',
  associated_type: 'type',
  const_item: 'constant',
  static_item: 'constant',
};

export function readRust(root: Node): Declared {
  return { definitions: declaredIn(root, { owner: '', open: true, all: false }), imports: importsOf(root) };
}

interface Scope {
  readonly owner: string;
  readonly open: boolean;
  /** Everything inside is public when its holder is: a trait, or an implementation of one. */
  readonly all: boolean;
}

function declaredIn(parent: Node, scope: Scope): readonly Definition[] {
  return parent.namedChildren.flatMap((node) => declared(node, scope));
}

function declared(node: Node, scope: Scope): readonly Definition[] {
  const body = node.childForFieldName('body');
  if (node.type === 'impl_item' && body !== null) {
    const owner = (node.childForFieldName('type')?.text ?? '').replace(/<[\s\S]*$/, '');
    // What an implementation of a trait has is said by the trait.
    return node.childForFieldName('trait') === null ? declaredIn(body, { owner, open: true, all: false }) : [];
  }
  if (node.type === 'mod_item' && body !== null && !isTestModule(node)) {
    return declaredIn(body, { owner: qualify(scope.owner, nameOf(node)), open: scope.open && isPublic(node), all: false });
  }
  const kind = KINDS[node.type];
  if (kind === undefined) return [];
  const name = qualify(scope.owner, nameOf(node));
  const exported = scope.open && (scope.all || isPublic(node));
  const documented = /^\/\/\/|^\/\*\*/.test(commentAbove(node, new Set(['attribute_item']))?.text ?? '');
  const isMember = kind === 'function' && scope.owner !== '';
  const hasCode = kind === 'function' || kind === 'interface';
  const self: Definition = {
    kind: isMember ? 'method' : kind,
    name,
    exported,
    documented,
    marked: node.previousNamedSibling?.type === 'attribute_item',
    signature: kind === 'constant' ? oneLine(node.text.split('=')[0] ?? '') : hasCode ? headOf(node).replace(/;$/, '') : oneLine(node.text),
    start: node.startIndex,
    end: node.endIndex,
  };
  return kind === 'interface' && body !== null ? [self, ...declaredIn(body, { owner: name, open: exported, all: true })] : [self];
}

const qualify = (owner: string, name: string): string => (owner === '' ? name : `${owner}.${name}`);

/** `pub(crate)` and narrower are not. */
function isPublic(node: Node): boolean {
  return node.namedChildren.some((child) => child.type === 'visibility_modifier' && child.text === 'pub');
}

function isTestModule(node: Node): boolean {
  const above = node.previousNamedSibling;
  return above?.type === 'attribute_item' && /cfg\s*\(\s*test/.test(above.text);
}

/** `use a::{b, c::d}` is one import of `a::b` and one of `a::c::d`; `mod x;` asks for the file of that module. */
function importsOf(root: Node): readonly Import[] {
  const uses = allOf(root, 'use_declaration').flatMap((node) => {
    const kind = node.text.startsWith('pub') ? ('export' as const) : ('static' as const);
    const argument = node.childForFieldName('argument');
    const paths = argument === null ? [] : expand(argument, '');
    return paths.map((specifier) => ({ specifier, names: ['*'], kind, start: node.startIndex, end: node.endIndex }));
  });
  const crates = allOf(root, 'extern_crate_declaration').map((node) => {
    const kind = node.text.startsWith('pub') ? ('export' as const) : ('static' as const);
    return { specifier: nameOf(node), names: ['*'], kind, start: node.startIndex, end: node.endIndex };
  });
  const modules = allOf(root, 'mod_item')
    .filter((node) => node.childForFieldName('body') === null)
    .map((node) => ({
      specifier: `self::${nameOf(node)}`,
      names: ['*'],
      kind: 'part' as const,
      start: node.startIndex,
      end: node.endIndex,
    }));
  return [...uses, ...crates, ...modules];
}

function expand(node: Node, prefix: string): readonly string[] {
  const join = (text: string): string => (prefix === '' ? text : `${prefix}::${text}`);
  switch (node.type) {
    case 'scoped_use_list': {
      const path = node.childForFieldName('path')?.text ?? '';
      const list = node.childForFieldName('list');
      return list === null ? [] : expand(list, path === '' ? prefix : join(path));
    }
    case 'use_list':
      return node.namedChildren.flatMap((child) => expand(child, prefix));
    case 'use_as_clause': {
      const path = node.childForFieldName('path');
      return path === null ? [] : expand(path, prefix);
    }
    case 'use_wildcard':
      return node.firstNamedChild === null ? [prefix] : expand(node.firstNamedChild, prefix);
    case 'self':
      return [prefix === '' ? 'self' : prefix];
    default:
      return node.type.includes('comment') ? [] : [join(node.text)];
  }
}
