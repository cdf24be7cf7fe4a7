// How complex each function is: paths, nesting, length, parameters.

import type { Node } from 'web-tree-sitter';
import type { Language } from '#core/skills/rules/languages.ts';
import { nameOf } from '#core/skills/structure/nodes.ts';

export interface FunctionSize {
  /** `Owner.name` in a type; `(anonymous)` when it has none. */
  readonly name: string;
  /** Independent paths: 1 and one for each branch, loop, case, catch and short-circuit. McCabe, "A Complexity Measure", IEEE TSE 1976. */
  readonly cyclomatic: number;
  /** Deepest nesting of branches, loops and switches; `else if` does not nest. */
  readonly nesting: number;
  readonly lines: number;
  readonly parameters: number;
  /** Offsets in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

interface Shape {
  readonly functions: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly decisions: ReadonlySet<string>;
  readonly nesting: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const script: Shape = {
  functions: words(
    'function_declaration generator_function_declaration function_expression generator_function arrow_function method_definition',
  ),
  owners: words('class_declaration class abstract_class_declaration'),
  decisions: words(
    'if_statement for_statement for_in_statement while_statement do_statement switch_case catch_clause ternary_expression && || ??',
  ),
  nesting: words('if_statement for_statement for_in_statement while_statement do_statement switch_statement catch_clause'),
};

const SHAPES: { readonly [language in Language]: Shape } = {
  javascript: script,
  typescript: script,
  tsx: script,
  python: {
    functions: words('function_definition lambda'),
    owners: words('class_definition'),
    decisions: words(
      'if_statement elif_clause for_statement while_statement except_clause conditional_expression for_in_clause if_clause case_clause and or',
    ),
    nesting: words('if_statement for_statement while_statement try_statement match_statement with_statement'),
  },
  go: {
    functions: words('function_declaration method_declaration func_literal'),
    owners: words(''),
    decisions: words('if_statement for_statement expression_case type_case communication_case && ||'),
    nesting: words('if_statement for_statement expression_switch_statement type_switch_statement select_statement'),
  },
  java: {
    functions: words('method_declaration constructor_declaration lambda_expression'),
    owners: words('class_declaration interface_declaration enum_declaration record_declaration'),
    decisions: words(
      'if_statement for_statement enhanced_for_statement while_statement do_statement switch_label catch_clause ternary_expression && ||',
    ),
    nesting: words(
      'if_statement for_statement enhanced_for_statement while_statement do_statement switch_expression switch_statement catch_clause',
    ),
  },
  rust: {
    functions: words('function_item closure_expression'),
    owners: words('impl_item trait_item'),
    decisions: words('if_expression for_expression while_expression loop_expression match_arm && ||'),
    nesting: words('if_expression for_expression while_expression loop_expression match_expression'),
  },
};

/** Every function of a file, in order; what a nested function does counts for that one alone. */
export function measureFunctions(root: Node, language: Language): readonly FunctionSize[] {
  const found: FunctionSize[] = [];
  const shape = SHAPES[language];
  const visit = (node: Node, owner: string, open: Tally | null, depth: number): void => {
    const isFunction = node.isNamed && shape.functions.has(node.type);
    const own = isFunction ? new Tally() : open;
    let level = isFunction ? 0 : depth;
    if (!isFunction && own !== null) {
      if (shape.decisions.has(node.type) && !isDefault(node)) own.decisions += 1;
      if (node.isNamed && shape.nesting.has(node.type) && !isElseIf(node)) own.deepen((level += 1));
    }
    const ownerHere = node.isNamed && shape.owners.has(node.type) ? ownerName(node) : owner;
    for (const child of node.children) visit(child, ownerHere, own, level);
    if (isFunction && own !== null) found.push(sizeOf(node, owner, own));
  };
  visit(root, '', null, 0);
  return found.toSorted((a, b) => a.start - b.start);
}

class Tally {
  decisions = 0;
  nesting = 0;

  deepen(level: number): void {
    this.nesting = Math.max(this.nesting, level);
  }
}

function sizeOf(node: Node, owner: string, tally: Tally): FunctionSize {
  const name = functionName(node);
  return {
    name: owner === '' || name === ANONYMOUS ? name : `${owner}.${name}`,
    cyclomatic: 1 + tally.decisions,
    nesting: tally.nesting,
    lines: node.endPosition.row - node.startPosition.row + 1,
    parameters: countParameters(node),
    start: node.startIndex,
    end: node.endIndex,
  };
}

const ANONYMOUS = '(anonymous)';

/** Its own name, or that of the variable or property it is given to. */
function functionName(node: Node): string {
  const own = nameOf(node);
  if (own !== '') return own;
  const parent = node.parent;
  const holder = parent?.childForFieldName('name') ?? parent?.childForFieldName('key') ?? parent?.childForFieldName('left');
  return holder && parent?.type !== 'arguments' && /^[\w$.#]+$/.test(holder.text) ? holder.text : ANONYMOUS;
}

function ownerName(node: Node): string {
  return (node.childForFieldName('name') ?? node.childForFieldName('type'))?.text ?? '';
}

function countParameters(node: Node): number {
  const list = node.childForFieldName('parameters');
  if (list === null) return node.childForFieldName('parameter') === null ? 0 : 1;
  const names = list.namedChildren.flatMap((child) => {
    if (child.type.includes('comment') || child.type.endsWith('separator') || child.type === 'self_parameter') return [];
    const several = child.childrenForFieldName('name').length;
    return Array.from({ length: Math.max(1, several) }, () => child.text);
  });
  return names.filter((text, at) => at > 0 || (text !== 'self' && text !== 'cls' && !text.startsWith('this:'))).length;
}

/** `default:` of Java, `_ =>` of Rust: the path that is there anyway. */
function isDefault(node: Node): boolean {
  if (node.type === 'switch_label') return node.text.startsWith('default');
  return node.type === 'match_arm' && node.childForFieldName('pattern')?.text === '_';
}

function isElseIf(node: Node): boolean {
  if (!node.type.startsWith('if_')) return false;
  const parent = node.parent;
  return parent?.type === 'else_clause' || (parent?.type === node.type && parent.childForFieldName('alternative')?.id === node.id);
}
