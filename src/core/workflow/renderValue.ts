// How a value reads inside a text template: a model and a person should both be able to read it.

import type { Json, JsonObject } from '#base/json.ts';

/** Strings as they are, null as '', findings (also those of a result) one a line, everything else as compact JSON. */
export function renderValue(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (isFindings(value)) return value.map((finding) => renderFinding(finding)).join('\n');
  return JSON.stringify(value);
}

function isFindings(value: Json): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && (value as readonly Json[]).every((item) => isFinding(item));
}

function isFinding(value: Json): value is JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const object = value as JsonObject;
  return typeof object['severity'] === 'string' && typeof object['title'] === 'string' && Array.isArray(object['citations']);
}

/** `- [high] src/a.ts:12 Title: message (id)`, further places after it. */
function renderFinding(finding: JsonObject): string {
  const places = (finding['citations'] as readonly JsonObject[])
    .slice(0, 5)
    .map((place) => `${text(place?.['path'])}:${text(place?.['line'])}`);
  const [first = 'not cited', ...others] = places;
  const more = others.length > 0 ? `; also ${others.join(', ')}` : '';
  const message = text(finding['message']);
  return `- [${text(finding['severity'])}] ${first} ${text(finding['title'])}${message === '' ? '' : `: ${message}`}${more} (${text(finding['id'])})`;
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ');
}
