// The schema by which a server of others describes a tool's arguments: read for what it is worth, and no more.

import { z } from 'zod';
import type { Json, JsonObject } from '#base/json.ts';
import { spelled } from '#core/agents/approval/action.ts';

const MAX_CHARS = 65_536;
const MAX_DEPTH = 12;
const MAX_TEXT = 1_000;
/** Keys under which names stand, not keywords. */
const NAMED: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'dependentSchemas']);
/** Expressions that are a stranger's could run for ever; the server checks its arguments itself. */
const DROPPED: ReadonlySet<string> = new Set(['pattern', 'patternProperties', '$schema', '$id']);
const PROSE: ReadonlySet<string> = new Set(['title', 'description', '$comment']);

const anyObject = z.record(z.string(), z.json()) as unknown as z.ZodType<JsonObject>;

/** What cannot be read, or is out of all proportion, takes any object. */
export function argumentsOf(schema: JsonObject): z.ZodType<JsonObject> {
  if (schema['type'] !== 'object' || JSON.stringify(schema).length > MAX_CHARS) return anyObject;
  try {
    const read = z.fromJSONSchema(cleaned(schema, 0) as JsonObject) as unknown as z.ZodType<JsonObject>;
    z.toJSONSchema(read, { io: 'input' }); // It is written again for the model.
    return read;
  } catch {
    // A construct that zod does not know, a reference that leads nowhere, or nesting without end.
    return anyObject;
  }
}

/** Without expressions; what a model reads is bounded and shows what cannot be seen. Throws RangeError beyond the depth. */
function cleaned(value: Json, depth: number): Json {
  if (depth > MAX_DEPTH * 2) throw new RangeError('nested too deep');
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).flatMap(([key, part]): [string, Json][] => {
    if (DROPPED.has(key)) return [];
    if (typeof part === 'string' && PROSE.has(key)) return [[key, spelled(part, { lines: true }).slice(0, MAX_TEXT)]];
    return [[key, NAMED.has(key) ? named(part, depth + 1) : cleaned(part, depth + 1)]];
  });
  return Object.fromEntries(kept);
}

function named(value: Json, depth: number): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part, depth + 1)]));
}
