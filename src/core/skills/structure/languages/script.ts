// JavaScript and TypeScript, modules and CommonJS.

import type { Node } from 'web-tree-sitter';
import { allOf, commentAbove, headOf, nameOf, oneLine, unquote } from '#core/skills/structure/nodes.ts';
import type { Declared, Definition, DefinitionKind, Import } from '#core/skills/structure/outline.ts';

const KINDS: { readonly [type: string]: DefinitionKind } = {
  function_declaration: 'function',
  generator_function_declaration: 'function',
  function_signature: 'function',
  class_declaration: 'class',
  abstract_class_declaration: 'class',
  interface_declaration: 'interface',
  type_alias_declaration: 'type',
  enum_declaration: 'enum',
  lexical_declaration: 'constant',
  variable_declaration: 'constant',
};

export function readScript(root: Node): Declared {
  const listed = exportedNames(root);
  const definitions: Definition[] = [];
  for (const statement of root.namedChildren) {
    const inExport = statement.type === 'export_statement';
    const declaration = inExport ? (statement.childForFieldName('declaration') ?? statement.childForFieldName('value')) : statement;
    if (declaration === null) continue;
    const isDefault = inExport && statement.children.some((child) => child.type === 'default');
    definitions.push(...declared(declaration, { statement, inExport, isDefault, listed }));
  }
  return { definitions, imports: importsOf(root) };
}

interface Place {
  readonly statement: Node;
  readonly inExport: boolean;
  readonly isDefault: boolean;
  readonly listed: ReadonlySet<string>;
}

function declared(node: Node, place: Place): readonly Definition[] {
  const kind = KINDS[node.type];
  const documented = isDocumented(place.statement);
  const marked = place.statement.namedChildren.some(isDecorator) || node.namedChildren.some(isDecorator);
  const base = { documented, marked, start: place.statement.startIndex, end: node.endIndex };
  if (kind === undefined) {
    if (!place.isDefault) return [];
    return [{ kind: 'constant', name: 'default', exported: true, signature: 'default', ...base }];
  }
  if (kind === 'constant') return variables(node, place, documented);
  const name = place.isDefault ? 'default' : nameOf(node);
  const exported = place.inExport || place.listed.has(nameOf(node));
  const whole = kind === 'interface' || kind === 'type' || kind === 'enum';
  const self: Definition = { kind, name, exported, signature: whole ? oneLine(node.text) : headOf(node), ...base };
  return kind === 'class' ? [self, ...members(node, name, exported)] : [self];
}

function variables(node: Node, place: Place, documented: boolean): readonly Definition[] {
  return node.namedChildren.flatMap((declarator) => {
    const name = declarator.childForFieldName('name');
    if (declarator.type !== 'variable_declarator' || name === null) return [];
    const value = declarator.childForFieldName('value');
    const isFunction = value !== null && /function|arrow/.test(value.type);
    const type = declarator.childForFieldName('type')?.text ?? '';
    return boundNames(name).map((bound): Definition => ({
      kind: isFunction ? 'function' : 'constant',
      name: bound,
      exported: place.inExport || place.listed.has(bound),
      documented,
      marked: false,
      signature: isFunction ? `${bound}${oneLine(type)} = ${headOf(value)}` : oneLine(`${bound}${type}`),
      start: place.statement.startIndex,
      end: declarator.endIndex,
    }));
  });
}

/** `a`, or what `{ a, b: c, ...d }` and `[a]` bind. */
function boundNames(name: Node): readonly string[] {
  if (name.type === 'identifier') return [name.text];
  return allOf(name, 'identifier', 'shorthand_property_identifier_pattern').map((one) => one.text);
}

const isDecorator = (node: Node): boolean => node.type === 'decorator';

function members(node: Node, owner: string, exported: boolean): readonly Definition[] {
  return (node.childForFieldName('body')?.namedChildren ?? []).flatMap((member): Definition[] => {
    const name = nameOf(member);
    const isMethod = /^(?:abstract_)?method_(?:definition|signature)$/.test(member.type);
    if (name === '' || (!isMethod && member.type !== 'public_field_definition' && member.type !== 'field_definition')) return [];
    const hidden = name.startsWith('#') || /^\s*(?:private|protected)\b/.test(member.text);
    return [
      {
        kind: isMethod ? 'method' : 'constant',
        name: `${owner}.${name}`,
        exported: exported && !hidden,
        documented: isDocumented(member),
        marked: member.namedChildren.some(isDecorator) || member.previousNamedSibling?.type === 'decorator',
        signature: isMethod ? headOf(member) : oneLine(member.text.split(/=(?!>)/)[0] ?? ''),
        start: member.startIndex,
        end: member.endIndex,
      },
    ];
  });
}

function isDocumented(node: Node): boolean {
  return commentAbove(node, new Set(['decorator']))?.text.startsWith('/**') === true;
}

/** Names in `export { a, b as c }`, `export default a`, `module.exports = { a }` and `exports.a =`. */
function exportedNames(root: Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of root.namedChildren) {
    if (statement.type === 'export_statement' && statement.childForFieldName('source') === null) {
      for (const one of allOf(statement, 'export_specifier')) names.add(nameOf(one));
      const value = statement.childForFieldName('value');
      if (value?.type === 'identifier') names.add(value.text);
    }
    const assignment = statement.type === 'expression_statement' ? statement.firstNamedChild : null;
    if (assignment?.type === 'assignment_expression') commonJsNames(assignment, names);
  }
  return names;
}

function commonJsNames(assignment: Node, names: Set<string>): void {
  const left = assignment.childForFieldName('left')?.text ?? '';
  const right = assignment.childForFieldName('right');
  if (/^(?:module\.)?exports\.[\w$]+$/.test(left)) names.add(right?.type === 'identifier' ? right.text : (left.split('.').at(-1) ?? ''));
  if (left !== 'module.exports' || right === null) return;
  if (right.type === 'identifier') names.add(right.text);
  for (const one of right.namedChildren) {
    if (one.type === 'shorthand_property_identifier') names.add(one.text);
    if (one.type === 'pair' && one.childForFieldName('value')?.type === 'identifier') names.add(one.childForFieldName('value')?.text ?? '');
  }
}

function importsOf(root: Node): readonly Import[] {
  const imports: Import[] = [];
  for (const node of allOf(root, 'import_statement', 'export_statement')) {
    const source = node.childForFieldName('source');
    if (source === null) continue;
    const isType = /^(?:import|export)\s+type\b/.test(node.text);
    const kind = node.type === 'export_statement' ? 'export' : 'static';
    imports.push({ specifier: unquote(source), names: namesOf(node), kind: isType ? 'type' : kind, ...span(node) });
  }
  for (const call of allOf(root, 'call_expression')) {
    const callee = call.childForFieldName('function')?.text;
    const argument = call.childForFieldName('arguments')?.firstNamedChild;
    if ((callee !== 'require' && callee !== 'import') || argument?.type !== 'string') continue;
    imports.push({ specifier: unquote(argument), names: ['*'], kind: callee === 'require' ? 'static' : 'lazy', ...span(call) });
  }
  return imports;
}

function namesOf(node: Node): readonly string[] {
  const specifiers = allOf(node, 'import_specifier', 'export_specifier').map(nameOf);
  const clause = node.namedChildren.find((child) => child.type === 'import_clause');
  const byDefault = clause?.namedChildren.some((child) => child.type === 'identifier') ? ['default'] : [];
  const all = clause?.namedChildren.some((child) => child.type === 'namespace_import') || / \*|^export\s*\*/.test(node.text.slice(0, 40));
  return [...byDefault, ...(all ? ['*'] : []), ...specifiers];
}

function span(node: Node): { readonly start: number; readonly end: number } {
  return { start: node.startIndex, end: node.endIndex };
}
