// Python: what a module defines at its top level and in its classes.

import type { Node } from 'web-tree-sitter';
import { allOf, headOf, nameOf, oneLine, unquote } from '#core/skills/structure/nodes.ts';
import type { Declared, Definition, Import } from '#core/skills/structure/outline.ts';

export function readPython(root: Node): Declared {
  const all = listedNames(root);
  const isPublic = (name: string): boolean => (all === null ? !name.startsWith('_') : all.has(name));
  const definitions = root.namedChildren.flatMap((statement) => declared(statement, { owner: '', isPublic }));
  return { definitions, imports: allOf(root, 'import_statement', 'import_from_statement').flatMap(readImport) };
}

interface Scope {
  readonly owner: string;
  readonly isPublic: (name: string) => boolean;
}

function declared(statement: Node, scope: Scope): readonly Definition[] {
  const node = statement.type === 'decorated_definition' ? statement.childForFieldName('definition') : statement;
  if (node === null) return [];
  const place = { start: statement.startIndex, end: node.endIndex };
  if (node.type === 'expression_statement') return constants(node, scope, place);
  if (node.type !== 'function_definition' && node.type !== 'class_definition') return [];
  const short = nameOf(node);
  const name = scope.owner === '' ? short : `${scope.owner}.${short}`;
  const exported = scope.isPublic(short);
  const documented = docstring(node.childForFieldName('body')) !== null;
  const isClass = node.type === 'class_definition';
  const memberKind = scope.owner === '' ? 'function' : 'method';
  const marked = statement.type === 'decorated_definition';
  const self: Definition = { kind: isClass ? 'class' : memberKind, name, exported, documented, marked, signature: headOf(node), ...place };
  if (!isClass) return [self];
  const inside: Scope = { owner: name, isPublic: (member) => exported && (!member.startsWith('_') || member === '__init__') };
  return [self, ...(node.childForFieldName('body')?.namedChildren ?? []).flatMap((member) => declared(member, inside))];
}

function constants(node: Node, scope: Scope, place: { readonly start: number; readonly end: number }): readonly Definition[] {
  const assignment = node.firstNamedChild;
  const left = assignment?.childForFieldName('left');
  if (assignment?.type !== 'assignment' || left?.type !== 'identifier' || left.text.startsWith('__')) return [];
  const type = assignment.childForFieldName('type')?.text;
  const name = scope.owner === '' ? left.text : `${scope.owner}.${left.text}`;
  const signature = oneLine(type === undefined ? left.text : `${left.text}: ${type}`);
  return [{ kind: 'constant', name, exported: scope.isPublic(left.text), documented: false, marked: false, signature, ...place }];
}

function docstring(body: Node | null): Node | null {
  const first = body?.namedChildren.find((child) => child.type !== 'comment');
  return first?.type === 'expression_statement' && first.firstNamedChild?.type === 'string' ? first : null;
}

/** The names of `__all__`; null when the module has none. */
function listedNames(root: Node): ReadonlySet<string> | null {
  for (const statement of root.namedChildren) {
    const assignment = statement.type === 'expression_statement' ? statement.firstNamedChild : null;
    if (assignment?.type !== 'assignment' || assignment.childForFieldName('left')?.text !== '__all__') continue;
    const right = assignment.childForFieldName('right');
    if (right?.type === 'list' || right?.type === 'tuple') return new Set(allOf(right, 'string').map(unquote));
  }
  return null;
}

function readImport(node: Node): readonly Import[] {
  const place = { kind: kindOf(node), start: node.startIndex, end: node.endIndex } as const;
  const named = node.childrenForFieldName('name').map((one) => (one.type === 'aliased_import' ? nameOf(one) : one.text));
  if (node.type === 'import_statement') return named.map((specifier) => ({ specifier, names: ['*'], ...place }));
  const specifier = (node.childForFieldName('module_name')?.text ?? '').replace(/\s/g, '');
  return [{ specifier, names: named.length === 0 ? ['*'] : named, ...place }];
}

/** Inside a function it is lazy; under `if TYPE_CHECKING:` it never runs. */
function kindOf(node: Node): Import['kind'] {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.type === 'function_definition') return 'lazy';
    if (up.type === 'if_statement' && /\bTYPE_CHECKING$/.test(up.childForFieldName('condition')?.text ?? '')) return 'type';
  }
  return 'static';
}
