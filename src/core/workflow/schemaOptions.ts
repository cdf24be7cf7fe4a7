// What a schema alone says about a place of a half-written file: which keys and values may stand there, and what a key means.

import type { ValuePath } from '#core/workflow/issue.ts';
import { outline, type OutlineLine } from '#core/workflow/outline.ts';
import type { SchemaNode, SchemaPlaces } from '#core/workflow/schemaKeys.ts';

export interface SchemaOption {
  readonly label: string;
  readonly kind: 'key' | 'value';
  readonly description: string;
  readonly insert?: string;
}

export interface Hover {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A mapping may stand at the path. */
export function takesKeys(places: SchemaPlaces, path: ValuePath): boolean {
  return places.nodesAt(path).some((node) => node.properties !== undefined);
}

/** Keys that may stand on this line and are not there yet. */
export function keyOptions(places: SchemaPlaces, lines: readonly (OutlineLine | null)[], line: OutlineLine): readonly SchemaOption[] {
  const present = new Set(lines.filter((other) => other !== line && samePath(other?.path, line.path)).map((other) => other?.key));
  return places
    .nodesAt(line.path)
    .flatMap((node) => Object.entries(node.properties ?? {}))
    .filter(([key]) => !present.has(key))
    .map(([key, node]) => ({
      label: key,
      kind: 'key',
      description: node.description ?? '',
      insert: line.kind === 'pair' ? key : `${key}: `,
    }));
}

/** Values that the schema lists for the place. */
export function literalOptions(places: SchemaPlaces, path: ValuePath): readonly SchemaOption[] {
  return places.nodesAt(path).flatMap((node) => literals(node));
}

function literals(node: SchemaNode): readonly SchemaOption[] {
  const values = node.enum ?? (node.type === 'boolean' ? [true, false] : []);
  const own = values.map((value): SchemaOption => ({ label: String(value), kind: 'value', description: '' }));
  return node.items ? [...own, ...literals(node.items)] : own;
}

/** What the key at the offset (or of the value there) means; null when nothing is known. Never throws. */
export function hoverIn(places: SchemaPlaces, text: string, offset: number): Hover | null {
  const line = outline(text)[text.slice(0, offset).split('\n').length - 1];
  if (!line || line.key === null || offset < line.keyStart) return null;
  const node = places.nodesAt([...line.path, line.key]).find((candidate) => candidate.description !== undefined);
  return node?.description === undefined ? null : { text: node.description, start: line.keyStart, end: line.keyEnd };
}

export function samePath(a: ValuePath | undefined, b: ValuePath | undefined): boolean {
  return a !== undefined && b !== undefined && a.length === b.length && a.every((part, index) => part === b[index]);
}

/** A scalar's text without quotes and comment. */
export function unquote(value: string): string {
  return value
    .replace(/\s+#.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}
