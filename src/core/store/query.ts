// From typed Kysely queries to statements. A prepared query is compiled once; a call only puts its values in place.

import type { Compilable } from 'kysely';
import type { SqlValue, Statement, StoreConnection } from '#core/store/connection.ts';
import { storeInvalidText } from '#core/store/errors.ts';

/** A statement that remembers the shape of its rows. */
export interface Query<Row> extends Statement {
  readonly row?: Row;
}

/** In Unicode mode a surrogate matches only when it is not half of a pair. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

interface Slot {
  readonly slot: string;
}

function isSlot(value: unknown): value is Slot {
  return typeof value === 'object' && value !== null && 'slot' in value;
}

/**
 * Text columns hold well-formed Unicode without NUL, as PostgreSQL demands; exact values with anything else are refused with
 * `store.invalidText`. Values inside JSON are not concerned: JSON escapes both.
 */
function storable(value: unknown): SqlValue {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) throw storeInvalidText({ text: value.slice(0, 200) });
  return value as SqlValue;
}

/** For text that people read: what cannot be stored becomes U+FFFD instead of failing the write. */
export function displayText(text: string): string {
  return text.replaceAll(LONE_SURROGATES, '\uFFFD').replaceAll('\0', '\uFFFD');
}

/** A query used once or with a varying shape. */
export function compiled<Row>(query: Compilable<Row>): Query<Row> {
  const { sql, parameters } = query.compile();
  return { sql, parameters: parameters.map(storable) };
}

/**
 * `build` receives placeholders of type P and is called once; the result takes the values.
 * Use each placeholder only as a whole parameter.
 */
export function prepared<P extends object, Row = unknown>(build: (slots: P) => Compilable<Row>): (values: P) => Query<Row> {
  const slots = new Proxy({}, { get: (_target, slot: string): Slot => ({ slot }) }) as P;
  const { sql, parameters } = build(slots).compile();
  return (values) => ({
    sql,
    parameters: parameters.map((value) => storable(isSlot(value) ? (values as Record<string, unknown>)[value.slot] : value)),
  });
}

export async function readAll<Row>(connection: StoreConnection, query: Query<Row>): Promise<readonly Row[]> {
  return (await connection.read(query)) as unknown as readonly Row[];
}

export async function readFirst<Row>(connection: StoreConnection, query: Query<Row>): Promise<Row | null> {
  return (await readAll(connection, query))[0] ?? null;
}
