// Every provider of a workspace, in order of preference.

import type { ModelProvider } from '#core/llm/provider.ts';
import { createAnthropic } from '#core/llm/providers/anthropic.ts';
import { createCompatible } from '#core/llm/providers/compatible.ts';
import { createGemini } from '#core/llm/providers/gemini.ts';
import { createOpenai } from '#core/llm/providers/openai.ts';
import { recorded, replayed } from '#core/llm/providers/replay.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import type { Recordings } from '#core/llm/recordings.ts';

/** Recorded calls: answered from (`replay`, and then no network is used) or added to (`record`). */
export interface Recorder {
  readonly mode: 'record' | 'replay';
  readonly recordings: Recordings;
}

export interface AllProvidersPorts extends ProviderPorts {
  /** The host's own models (an editor's), after all others. */
  readonly extraProviders?: readonly ModelProvider[] | undefined;
  readonly recorder?: Recorder | undefined;
}

export function createProviders(ports: AllProvidersPorts): readonly ModelProvider[] {
  const { recorder, extraProviders = [] } = ports;
  const all = [createAnthropic(ports), createOpenai(ports), createGemini(ports), createCompatible(ports), ...extraProviders];
  if (recorder === undefined) return all;
  const wrap = recorder.mode === 'record' ? recorded : replayed;
  return all.map((provider) => wrap(provider, recorder.recordings));
}
