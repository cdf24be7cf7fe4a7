// What was learned about each agent's capabilities, in memory for the router: read from the store, then kept up with it.

import type { AgentDefinition } from '#core/agents/definition.ts';
import { confidenceOf, type Evidence, NO_EVIDENCE, plus } from '#core/agents/confidence.ts';
import type { CapabilityEvidence, ExecutionRow } from '#core/store/store.ts';
import type { LearnedCapability } from '#protocol/feedback.ts';

/** The agent as a whole. */
const WHOLE = '';

interface Known extends Evidence {
  readonly notes: number;
}

const NOTHING: Known = { ...NO_EVIDENCE, notes: 0 };

export class LearnedConfidence {
  #known = new Map<string, Known>();

  /** Takes the place of all that was known. */
  replace(evidence: readonly CapabilityEvidence[]): void {
    this.#known = new Map(evidence.map(({ agent, capability, ...known }) => [keyOf(agent, capability), known]));
  }

  /** After it was recorded. */
  ran({ agent, capability, ok }: Pick<ExecutionRow, 'agent' | 'capability' | 'ok'>): void {
    if (capability === undefined) return;
    const before = this.#of(agent, capability);
    this.#known.set(keyOf(agent, capability), { ...before, runs: before.runs + 1, succeeded: before.succeeded + (ok ? 1 : 0) });
  }

  confidence(agent: string, capability: string, declared: number): number {
    return confidenceOf(declared, plus(this.#of(agent, capability), this.#of(agent, WHOLE)));
  }

  /** As it would be had nobody said anything. */
  withoutNotes(agent: string, capability: string, declared: number): number {
    return confidenceOf(declared, { ...this.#of(agent, capability), good: 0, bad: 0 });
  }

  capabilitiesOf({ id, capabilities }: Pick<AgentDefinition, 'id' | 'capabilities'>): readonly LearnedCapability[] {
    return capabilities.map(({ name, confidence: declared }) => {
      const { runs, succeeded, notes } = this.#of(id, name);
      const whole = this.#of(id, WHOLE);
      return { name, confidence: this.confidence(id, name, declared), declared, runs, succeeded, notes: notes + whole.notes };
    });
  }

  #of(agent: string, capability: string): Known {
    return this.#known.get(keyOf(agent, capability)) ?? NOTHING;
  }
}

const keyOf = (agent: string, capability: string): string => `${agent}\n${capability}`;
