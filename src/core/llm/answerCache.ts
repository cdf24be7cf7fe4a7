// Answers by content: the same question to the same model, asked with the same tools and limits, has the same key.

import { createHash } from 'node:crypto';
import { type Json, type JsonObject, stableStringify } from '#base/json.ts';
import type { ModelAnswer, ModelCall } from '#core/llm/modelCall.ts';
import type { ChatPart } from '#core/llm/provider.ts';
import type { Candidate } from '#core/llm/candidate.ts';
import type { AnswersRepository } from '#core/store/store.ts';

type WholeAnswer = Omit<ModelAnswer, 'route' | 'usage'>;

/** SHA-256 (hex) over everything the answer may depend on. */
export function answerKey(call: ModelCall, at: Pick<Candidate, 'provider' | 'model'>): string {
  const { system, messages, tools, toolChoice, maxOutputTokens, temperature, wishes } = call;
  const reasoning = wishes.traits?.reasoning ?? null;
  const limits = { maxOutputTokens, temperature, ...(reasoning !== null && { reasoning }) };
  const question = { v: 1, provider: at.provider, model: at.model, system, messages, tools, toolChoice, ...limits };
  return createHash('sha256')
    .update(stableStringify(question as unknown as Json))
    .digest('hex');
}

export class AnswerCache {
  readonly #answers: Pick<AnswersRepository, 'get' | 'put'>;

  constructor(answers: Pick<AnswersRepository, 'get' | 'put'>) {
    this.#answers = answers;
  }

  /** The first candidate that has answered this before. */
  async find(call: ModelCall, candidates: readonly Candidate[]): Promise<WholeAnswer | null> {
    for (const { provider, model } of candidates) {
      const row = await this.#answers.get(answerKey(call, { provider, model }));
      if (row !== null) return restored(provider, model, row.data as JsonObject);
    }
    return null;
  }

  /** An answer that the output limit cut off is not kept. */
  async keep(call: ModelCall, answer: WholeAnswer, now: number): Promise<void> {
    const { provider, model, parts, stop } = answer;
    if (stop !== 'end' && stop !== 'toolCalls') return;
    const data = { parts, stop } as unknown as Json;
    await this.#answers.put({ key: answerKey(call, answer), at: now, provider, model, data });
  }
}

function restored(provider: string, model: string, data: JsonObject): WholeAnswer {
  const { parts, stop } = data as unknown as Pick<WholeAnswer, 'parts' | 'stop'>;
  const isCall = (part: ChatPart): part is WholeAnswer['calls'][number] => part.kind === 'toolCall';
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return { provider, model, parts, text, calls: parts.filter(isCall), stop };
}
