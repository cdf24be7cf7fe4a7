// JSON values as a type: what may cross a process boundary or be stored.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Deterministic JSON: object keys sorted, so equal values give equal text (hashes, keys). */
export function stableStringify(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => stableStringify(item)).join(',')}]`;
  const object = value as JsonObject;
  const fields = Object.keys(object).sort();
  return `{${fields.map((key) => `${JSON.stringify(key)}:${stableStringify(object[key] ?? null)}`).join(',')}}`;
}
