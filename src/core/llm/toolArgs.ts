// Arguments of a tool call arrive as pieces of JSON text; only a whole object becomes a call.

import type { JsonObject } from '#base/json.ts';
import { badToolCallError } from '#core/llm/errors.ts';

export interface PartialCall {
  readonly id: string;
  readonly name: string;
  json: string;
}

/** Throws `llm.badToolCall` when the text is not one whole JSON object. No text at all means no arguments. */
export function wholeCall(
  provider: string,
  call: PartialCall,
  cutByLimit: boolean,
): { readonly kind: 'toolCall'; readonly id: string; readonly name: string; readonly args: JsonObject } {
  const args = parseObject(call.json === '' ? '{}' : call.json);
  if (args === null || cutByLimit) throw badToolCallError({ provider }, call.name, cutByLimit);
  return { kind: 'toolCall', id: call.id, name: call.name, args };
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null; // Not JSON: the caller reports it as a bad call.
  }
}
