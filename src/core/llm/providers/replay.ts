// Recording what a provider answers, and answering from the record in its place: same id, same models, no network, no key.

import { throwIfAborted } from '#base/abort.ts';
import { notRecordedError } from '#core/llm/errors.ts';
import type { ModelEvent, ModelProvider } from '#core/llm/provider.ts';
import { recordingName, type Recordings } from '#core/llm/recordings.ts';

/** Keeps each whole answer, as the lines of its events; failed and aborted ones are not kept. */
export function recorded(provider: ModelProvider, recordings: Recordings): ModelProvider {
  return {
    id: provider.id,
    get defaultModel() {
      return provider.defaultModel;
    },
    sizes: (model) => provider.sizes(model),
    available: () => provider.available(),
    credential: () => provider.credential(),
    async *stream(request, options) {
      const events: ModelEvent[] = [];
      for await (const event of provider.stream(request, options)) {
        events.push(event);
        // Before the end is passed on: the caller may stop listening there.
        if (event.kind === 'done') await recordings.write(recordingName(provider.id, request), toLines(events));
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
    credential: async () => 'replay',
    async *stream(request, { signal }) {
      const text = await recordings.read(recordingName(provider.id, request));
      if (text === null) throw notRecordedError(provider.id, request.model);
      for (const line of text.split('\n')) {
        throwIfAborted(signal);
        if (line !== '') yield JSON.parse(line) as ModelEvent;
      }
    },
  };
}

function toLines(events: readonly ModelEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
