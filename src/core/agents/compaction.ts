// Keeps a conversation within what the model can read: the oldest tool results give way, with a note where they stood.

import { IMAGE_TOKENS } from '#core/llm/images.ts';
import type { ChatMessage, ChatPart } from '#core/llm/provider.ts';

/** Characters a token stands for at least, in code and English. An estimate on the safe side. */
const CHARS_PER_TOKEN = 3;
const DROPPED = 'dropped to make room; ask again if you still need it';
/** Places that the note of a dropped result still names. */
const MAX_PLACES = 12;
const SOURCE = /^<data source="([^"]{1,160})">/;
const PLACE = /(?<![\w/.-])[\w./-]+\.\w+:\d+\b/g;

export function estimateTokens(messages: readonly ChatMessage[]): number {
  const sizes = messages.flatMap((message) => message.parts.map(sizeOf));
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / CHARS_PER_TOKEN);
}

/**
 * The same messages when they fit; else with old tool results emptied, the last two messages untouched but for signed
 * reasoning, which holds only for the conversation it was written in. Calls and answers stay paired.
 */
export function compact(messages: readonly ChatMessage[], maxTokens: number): readonly ChatMessage[] {
  let excess = (estimateTokens(messages) - maxTokens) * CHARS_PER_TOKEN;
  if (excess <= 0) return messages;
  return messages.map((message, at) => {
    const kept = message.parts.filter((part) => part.kind !== 'carried');
    if (at >= messages.length - 2) return { ...message, parts: kept };
    const parts = kept.map((part) => {
      if (excess <= 0 || (part.kind !== 'toolResult' && part.kind !== 'image')) return part;
      const note = part.kind === 'image' ? `[${part.name}: ${DROPPED}]` : noteOf(part.text);
      if (sizeOf(part) <= note.length) return part;
      excess -= sizeOf(part) - note.length;
      return part.kind === 'image' ? { kind: 'text' as const, text: note } : { ...part, text: note };
    });
    return { ...message, parts };
  });
}

/** What it was and which lines it named stay, so that what was concluded from it can still be cited. */
function noteOf(text: string): string {
  if (text.startsWith('[') && text.includes(DROPPED)) return text;
  const source = SOURCE.exec(text)?.[1];
  const places = [...new Set(text.match(PLACE))].slice(0, MAX_PLACES);
  const named = places.length === 0 ? '' : `. It named ${places.join(', ')}`;
  return `[${source === undefined ? '' : `${source}: `}${DROPPED}${named}]`;
}

function sizeOf(part: ChatPart): number {
  if (part.kind === 'text' || part.kind === 'toolResult') return part.text.length;
  if (part.kind === 'image') return IMAGE_TOKENS * CHARS_PER_TOKEN;
  return JSON.stringify(part.kind === 'toolCall' ? part.args : part.data).length;
}
