// What no vendor may send us, whatever its format: two calls with one id, a call of nothing, counts that are no counts.

import { unclearToolCallError } from '#core/llm/errors.ts';
import type { ModelEvent, TokenCounts } from '#core/llm/provider.ts';

/** The same events with impossible token counts made unknown. Throws `llm.badToolCall` for a call that cannot be answered. */
export async function* soundEvents(provider: string, events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  const ids = new Set<string>();
  for await (const event of events) {
    if (event.kind === 'toolCall') {
      if (event.name === '') throw unclearToolCallError({ provider }, 'a tool', 'without a name');
      if (ids.has(event.id)) throw unclearToolCallError({ provider }, event.name, 'under the id of another call');
      ids.add(event.id);
    }
    yield event.kind === 'usage' ? { kind: 'usage', tokens: soundCounts(event.tokens) } : event;
  }
}

function soundCounts(tokens: TokenCounts): TokenCounts {
  const inputTokens = count(tokens.inputTokens);
  const part = (value: number | null | undefined): number | null => {
    const known = count(value);
    return known !== null && inputTokens !== null && known > inputTokens ? null : known;
  };
  const written = part(tokens.cacheWriteTokens);
  return {
    inputTokens,
    cachedInputTokens: part(tokens.cachedInputTokens),
    outputTokens: count(tokens.outputTokens),
    ...(written === null ? {} : { cacheWriteTokens: written }),
  };
}

function count(value: number | null | undefined): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;
}
