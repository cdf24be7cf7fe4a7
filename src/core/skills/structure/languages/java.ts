// Java: types and their members; what is neither public nor protected stays inside its package.

import type { Node } from 'web-tree-sitter';
import { allOf, commentAbove, headOf, nameOf, oneLine } from '#core/skills/structure/nodes.ts';
import type { Declared, Definition, DefinitionKind, Import } from '#core/skills/structure/outline.ts';

const TYPES: { readonly [type: string]: DefinitionKind } = {
  class_declaration: 'class',
  record_declaration: 'class',
  interface_declaration: 'interface',
  annotation_type_declaration: 'interface',
  enum_declaration: 'enum',
};

export function readJava(root: Node): Declared {
  const scope = { owner: '', open: true, inInterface: false };
  return {
    definitions: root.namedChildren.flatMap((node) => declared(node, scope)),
    imports: allOf(root, 'import_declaration').map(readImport),
  };
}

interface Scope {
  readonly owner: string;
  /** Whoever holds it is visible outside. */
  readonly open: boolean;
  /** Members are public without saying so. */
  readonly inInterface: boolean;
}

function declared(node: Node, scope: Scope): readonly Definition[] {
  const modifiers = node.namedChildren.find((child) => child.type === 'modifiers')?.text ?? '';
  const exported = scope.open && (scope.inInterface || /\b(?:public|protected)\b/.test(modifiers));
  // What overrides another is explained there.
  const documented = commentAbove(node)?.text.startsWith('/**') === true || /@Override\b/.test(modifiers);
  const marked = modifiers.includes('@');
  const place = { exported, documented, marked, start: node.startIndex, end: node.endIndex };
  const qualified = (name: string): string => (scope.owner === '' ? name : `${scope.owner}.${name}`);
  const kind = TYPES[node.type];
  if (kind !== undefined) {
    const name = qualified(nameOf(node));
    const inside = { owner: name, open: exported, inInterface: kind === 'interface' };
    const body = node.childForFieldName('body');
    const members = body?.namedChildren.flatMap((member) =>
      (member.type === 'enum_body_declarations' ? member.namedChildren : [member]).flatMap((one) => declared(one, inside)),
    );
    const signature = kind === 'enum' ? oneLine(node.text.split(';')[0] ?? '') : headWithout(node);
    return [{ kind, name, signature, ...place }, ...(members ?? [])];
  }
  if (node.type === 'method_declaration' || node.type === 'constructor_declaration') {
    return [{ kind: 'method', name: qualified(nameOf(node)), signature: headWithout(node).replace(/;$/, ''), ...place }];
  }
  if (node.type !== 'field_declaration' && node.type !== 'constant_declaration') return [];
  const type = node.childForFieldName('type')?.text ?? '';
  return node.childrenForFieldName('declarator').map((declarator) => {
    const signature = withoutAnnotations(`${modifiers} ${type} ${nameOf(declarator)}`);
    return { kind: 'constant', name: qualified(nameOf(declarator)), signature, ...place };
  });
}

function headWithout(node: Node): string {
  return withoutAnnotations(headOf(node));
}

/** Annotations are no part of what callers rely on. */
function withoutAnnotations(text: string): string {
  return oneLine(text.replace(/@(?!interface\b)[\w.]+(?:\s*\((?:[^()"]|"(?:\\.|[^"\\])*"|\([^()]*\))*\))?/g, ' '));
}

function readImport(node: Node): Import {
  const path = node.namedChildren.find((child) => child.type.endsWith('identifier'))?.text ?? '';
  const all = node.namedChildren.some((child) => child.type === 'asterisk');
  const isStatic = /^import\s+static\b/.test(node.text);
  const at = path.lastIndexOf('.');
  const place = { kind: 'static', start: node.startIndex, end: node.endIndex } as const;
  if (all || at === -1) return { specifier: path, names: ['*'], ...place };
  return isStatic ? { specifier: path.slice(0, at), names: [path.slice(at + 1)], ...place } : { specifier: path, names: ['*'], ...place };
}
