// What an expression reads, found in its syntax tree: `results.<key>`, `inputs.<name>`, …, and names nothing provides.

import type { ASTNode } from '@marcbachmann/cel-js';

export interface Reference {
  /** `results`, `inputs`, `item`, or a name nothing provides. */
  readonly root: string;
  /** The member read off the root when it is written as a name or a literal; null for the root as a whole. */
  readonly member: string | null;
  /** `has(results.x)` or `results.?x`: it asks whether it is there. */
  readonly asked: boolean;
  /** Offsets in the expression. */
  readonly start: number;
  readonly end: number;
}

const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
/** Names of CEL's own: types that stand as values, and the namespaces of functions. */
const LANGUAGE_NAMES = new Set([
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'bytes',
  'list',
  'map',
  'null_type',
  'type',
  'cel',
  'optional',
  'math',
  'strings',
  'google',
]);

export interface ExpressionFacts {
  readonly references: readonly Reference[];
  /** Comprehensions inside comprehensions: 1 is `list.map(x, …)`. */
  readonly comprehensionDepth: number;
  /** Names of all functions and methods it calls. */
  readonly calls: ReadonlySet<string>;
}

const known = new WeakMap<ASTNode, ExpressionFacts>();

export function factsOf(ast: ASTNode): ExpressionFacts {
  let facts = known.get(ast);
  if (!facts) {
    const collector = new Collector();
    collector.visit(ast, { bound: [], depth: 0, asked: false });
    facts = { references: collector.references, comprehensionDepth: collector.deepest, calls: collector.calls };
    known.set(ast, facts);
  }
  return facts;
}

interface Place {
  readonly bound: readonly string[];
  readonly depth: number;
  readonly asked: boolean;
}

class Collector {
  readonly references: Reference[] = [];
  readonly calls = new Set<string>();
  deepest = 0;

  visit(node: ASTNode, place: Place): void {
    switch (node.op) {
      case 'value':
        return;
      case 'id':
        this.#reference(node, node.args, null, place);
        return;
      case '.':
      case '.?':
      case '[]':
      case '[?]':
        this.#access(node, place);
        return;
      case 'call':
        this.calls.add(node.args[0]);
        for (const argument of node.args[1]) this.visit(argument, { ...place, asked: place.asked || node.args[0] === 'has' });
        return;
      case 'rcall':
        this.#method(node.args[0], node.args[1], node.args[2], place);
        return;
      case 'list':
        for (const item of node.args) this.visit(item, place);
        return;
      case 'map':
        for (const [key, value] of node.args) {
          this.visit(key, place);
          this.visit(value, place);
        }
        return;
      case '!_':
      case '-_':
        this.visit(node.args, place);
        return;
      default:
        for (const operand of node.args) this.visit(operand, place);
    }
  }

  #access(node: Extract<ASTNode, { op: '.' | '.?' | '[]' | '[?]' }>, place: Place): void {
    const [owner, member] = node.args;
    const asked = place.asked || node.op === '.?' || node.op === '[?]';
    const name = typeof member === 'string' ? member : member.op === 'value' && typeof member.args === 'string' ? member.args : null;
    if (owner.op === 'id' && name !== null) this.#reference(node, owner.args, name, { ...place, asked });
    else this.visit(owner, { ...place, asked });
    if (typeof member !== 'string') this.visit(member, place);
  }

  #method(name: string, receiver: ASTNode, args: readonly ASTNode[], place: Place): void {
    this.calls.add(name);
    const [first, ...rest] = args;
    if (first?.op === 'id' && receiver.op === 'id' && receiver.args === 'cel' && name === 'bind') {
      const [value, body] = rest;
      if (value) this.visit(value, place);
      if (body) this.visit(body, { ...place, bound: [...place.bound, first.args] });
      return;
    }
    this.visit(receiver, place);
    if (first?.op !== 'id' || !COMPREHENSIONS.has(name) || rest.length === 0) {
      for (const argument of args) this.visit(argument, place);
      return;
    }
    const inside = { bound: [...place.bound, first.args], depth: place.depth + 1, asked: false };
    this.deepest = Math.max(this.deepest, inside.depth);
    for (const argument of rest) this.visit(argument, inside);
  }

  #reference(node: ASTNode, root: string, member: string | null, place: Place): void {
    if (place.bound.includes(root) || LANGUAGE_NAMES.has(root)) return;
    this.references.push({ root, member, asked: place.asked, start: node.range.start, end: node.range.end });
  }
}
