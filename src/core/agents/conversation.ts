// The messages of one agent's work: user and assistant in turn, every call answered, as all vendors require.

import { compact } from '#core/agents/compaction.ts';
import type { ChatMessage, ChatPart, ImagePart } from '#core/llm/provider.ts';
import type { ToolResultPart } from '#core/agents/toolRunner.ts';

export class Conversation {
  #messages: ChatMessage[];
  #announced = false;
  #nudges = 0;

  constructor(task: string) {
    this.#messages = [{ role: 'user', parts: [{ kind: 'text', text: task }] }];
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /** After two answers without any call the next one is made to deliver. */
  get mustDeliver(): boolean {
    return this.#nudges >= 2;
  }

  answered(parts: readonly ChatPart[]): void {
    // An assistant message may not be empty: an answer cut before its first word is noted as such.
    this.#messages.push({ role: 'assistant', parts: parts.length === 0 ? [{ kind: 'text', text: '(no answer)' }] : parts });
  }

  results(results: readonly ToolResultPart[], images: readonly ImagePart[] = []): void {
    this.#nudges = 0;
    this.#messages.push({ role: 'user', parts: [...results, ...images] });
  }

  nudge(text: string): void {
    this.#nudges += 1;
    this.#messages.push({ role: 'user', parts: [{ kind: 'text', text }] });
  }

  /** Says once that the end has come. False when it was said before. */
  announce(text: string): boolean {
    if (this.#announced) return false;
    this.#announced = true;
    this.append(text);
    return true;
  }

  /** Adds to the latest user message: two user messages in a row are not allowed everywhere. */
  append(text: string): void {
    const last = this.#messages.pop();
    const parts = last?.role === 'user' ? last.parts : [];
    if (last !== undefined && last.role !== 'user') this.#messages.push(last);
    this.#messages.push({ role: 'user', parts: [...parts, { kind: 'text', text }] });
  }

  /** Drops old tool results until it fits; true when some were dropped, and may rightly be asked for again. */
  fit(maxTokens: number): boolean {
    const fitted = compact(this.#messages, maxTokens);
    const dropped = fitted !== this.#messages;
    this.#messages = [...fitted];
    return dropped;
  }
}
