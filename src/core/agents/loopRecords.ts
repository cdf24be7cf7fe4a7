// What an agent's loop leaves in the store besides its calls and tools: its plan, what critics said of its results, and where a
// gate or a person turned its way. `protocol/thinking.ts` reads them.

import type { JsonObject } from '#base/json.ts';
import type { AgentRecord, StepContext } from '#core/engine/executor.ts';
import type { SkillContext } from '#core/skills/skill.ts';

/** Characters of a plan that are kept. */
const PLAN_CAP = 4_000;

export class LoopRecords {
  readonly #to: { readonly agent: string; readonly context: StepContext; readonly skillContext: SkillContext };

  constructor(to: { readonly agent: string; readonly context: StepContext; readonly skillContext: SkillContext }) {
    this.#to = to;
  }

  /** What the actor says it will do, before it does anything. */
  plan(text: string, calls: readonly string[]): Promise<void> {
    const [first = ''] = text.trim().split('\n', 1);
    return this.#write('plan', { title: first, data: { text: text.trim().slice(0, PLAN_CAP), calls: [...calls] } });
  }

  /** A critic sends a result back: by its form, by calls that failed beside it, or by edits that are not proposed. */
  sentBack(critic: string, problem: string): Promise<void> {
    return this.#write('verdict', {
      title: `sent back by ${critic}: ${problem.replaceAll(/\s+/g, ' ')}`,
      data: { critic, problem },
      ok: false,
    });
  }

  /** The gate lets a result through; `ok` says whether every citation held. */
  delivered(about: { readonly title: string; readonly data: JsonObject; readonly ok: boolean; readonly startedAt: number }): Promise<void> {
    return this.#write('verdict', { ...about, data: { critic: 'citations', gate: 'delivery', ...about.data } });
  }

  /** A limit, or a call made in circles, brings the work to its end. */
  limited(why: string, data: JsonObject): Promise<void> {
    return this.#write('branch', { title: why, data: { gate: 'limits', ...data } });
  }

  steered(text: string): Promise<void> {
    return this.#write('branch', { title: `a person said: ${text.replaceAll(/\s+/g, ' ')}`, data: { gate: 'person', steered: text } });
  }

  #write(
    kind: AgentRecord['kind'],
    about: { readonly title: string; readonly data: JsonObject; readonly ok?: boolean; readonly startedAt?: number },
  ): Promise<void> {
    const { agent, context, skillContext } = this.#to;
    const now = skillContext.clock.now();
    const { title, data, ok = true, startedAt = now } = about;
    return context.record({ agent, kind, title: title.slice(0, 300), data, startedAt, durationMs: now - startedAt, ok });
  }
}
