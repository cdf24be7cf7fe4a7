// Recording what a provider answers, and answering from the record in its place: same id, same models, no network, no key.

import { throwIfAborted } from '#base/abort.ts';
import { notRecordedError } from '#core/llm/errors.ts';
import type { ModelEvent, ModelProvider } from '#core/llm/provider.ts';
import { RecordingKey, type Recordings } from '#core/llm/recordings.ts';

/** Keeps each whole answer, as the lines of its events with their texts joined; failed and aborted ones are not kept. */
export function recorded(provider: ModelProvider, recordings: Recordings): ModelProvider {
  return {
    id: provider.id,
    get defaultModel() {
      return provider.defaultModel;
    },
    sizes: (model) => provider.sizes(model),
    available: () => provider.available(),
    credentials: () => provider.credentials(),
    async *stream(request, options) {
      const events: ModelEvent[] = [];
      for await (const event of provider.stream(request, options)) {
        events.push(event);
        // Before the end is passed on: the caller may stop listening there.
        if (event.kind === 'done') await keep(new RecordingKey(provider.id, request), events, recordings);
        yield event;
      }
    },
  };
}

/** Answers from the record alone. Throws `llm.notRecorded` for a request that is not in it. */
export function replayed(provider: ModelProvider, recordings: Recordings): ModelProvider {
  return {
    id: provider.id,
    get defaultModel() {
      return provider.defaultModel;
    },
    sizes: (model) => provider.sizes(model),
    available: async () => (await recordings.providers()).includes(provider.id),
    credentials: async () => [{ id: 'replay', secret: null }],
    async *stream(request, { signal }) {
      const key = new RecordingKey(provider.id, request);
      const text = await recordings.read(key.name);
      if (text === null) throw notRecordedError(provider.id, request.model);
      for (const line of key.withIds(text).split('\n')) {
        throwIfAborted(signal);
        if (line !== '') yield JSON.parse(line) as ModelEvent;
      }
    },
  };
}

function keep(key: RecordingKey, events: readonly ModelEvent[], recordings: Recordings): Promise<void> {
  const lines = joined(events).map((event) => `${JSON.stringify(event)}\n`);
  return recordings.write(key.name, key.withPlaces(lines.join('')));
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
