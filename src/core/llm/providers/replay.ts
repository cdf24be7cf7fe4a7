// Recording what a provider answers, and answering from the record in its place: same id, same models, no network, no key.

import { throwIfAborted } from '#base/abort.ts';
import { notRecordedError } from '#core/llm/errors.ts';
import type { ModelEvent, ModelProvider } from '#core/llm/provider.ts';
import { Occurrences, RecordingKey, type Recordings } from '#core/llm/recordings.ts';

/** Keeps each whole answer, as the lines of its events with their texts joined; failed and aborted ones are not kept. */
export function recorded(provider: ModelProvider, recordings: Recordings): ModelProvider {
  const occurrences = new Occurrences();
  return {
    id: provider.id,
    get defaultModel() {
      return provider.defaultModel;
    },
    missing: provider.missing,
    sizes: (model) => provider.sizes(model),
    available: () => provider.available(),
    credentials: () => provider.credentials(),
    async *stream(request, options) {
      const events: ModelEvent[] = [];
      const keep = (): Promise<void> => {
        const key = new RecordingKey(provider.id, request, options.origin?.path ?? null);
        const lines = joined(events).map((event) => `${JSON.stringify(event)}\n`);
        const n = occurrences.next(options.origin?.runId ?? '', key.name);
        return recordings.write(`${key.name}-${n}`, key.withPlaces(lines.join('')));
      };
      for await (const event of provider.stream(request, options)) {
        events.push(event);
        // Before the end is passed on: the caller may stop listening there.
        if (event.kind === 'done') await keep();
        yield event;
      }
    },
  };
}

/**
 * Answers from the record alone. What was asked more often than it was recorded gets the last answer again. Throws
 * `llm.notRecorded` for a request that is not in it.
 */
export function replayed(provider: ModelProvider, recordings: Recordings): ModelProvider {
  const occurrences = new Occurrences();
  return {
    id: provider.id,
    get defaultModel() {
      return provider.defaultModel;
    },
    missing: 'no recorded calls',
    sizes: (model) => provider.sizes(model),
    available: async () => (await recordings.providers()).includes(provider.id),
    credentials: async () => [{ id: 'replay', secret: null }],
    async *stream(request, { signal, origin }) {
      const key = new RecordingKey(provider.id, request, origin?.path ?? null);
      const text = await lastUpTo(occurrences.next(origin?.runId ?? '', key.name), key, recordings);
      if (text === null) throw notRecordedError(provider.id, request.model);
      for (const line of key.withIds(text).split('\n')) {
        throwIfAborted(signal);
        if (line !== '') yield JSON.parse(line) as ModelEvent;
      }
    },
  };
}

async function lastUpTo(occurrence: number, key: RecordingKey, recordings: Recordings): Promise<string | null> {
  for (let n = occurrence; n > 0; n -= 1) {
    const text = await recordings.read(`${key.name}-${n}`);
    if (text !== null) return text;
  }
  return null;
}

/** Pieces of one text as one, so that no id is cut in two. */
function joined(events: readonly ModelEvent[]): readonly ModelEvent[] {
  const out: ModelEvent[] = [];
  for (const event of events) {
    const last = out.at(-1);
    if ((event.kind === 'text' || event.kind === 'reasoning') && last?.kind === event.kind) {
      out[out.length - 1] = { kind: event.kind, text: last.text + event.text };
    } else out.push(event);
  }
  return out;
}
