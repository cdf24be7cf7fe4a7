// The verdict of a gate: by its check, or by a person, as its `ask` and the run's mode say.

import { toErrorView } from '#base/errors.ts';
import type { RunFact, RunMode } from '#protocol/runEvents.ts';
import type { GateStep } from '#core/workflow/definition.ts';
import { evaluateCondition } from '#core/workflow/expression.ts';
import { fillText } from '#core/workflow/template.ts';
import { gateRefused } from '#core/engine/errors.ts';
import { expressionScope } from '#core/engine/expressionScope.ts';
import { type FactPorts, doneFact, failedFact } from '#core/engine/facts.ts';
import type { RunState, StepInstance } from '#core/engine/state.ts';

export const GATE_OPTIONS = [
  { id: 'pass', label: 'Pass' },
  { id: 'fail', label: 'Fail' },
] as const;

type Verdict =
  | { readonly kind: 'pass'; readonly by: 'check' | 'person' | 'dry-run'; readonly reason: string }
  | { readonly kind: 'fail'; readonly by: 'check' | 'person'; readonly reason: string }
  | { readonly kind: 'ask' };

/** Null while a person is being asked. A gate that passes has the output `{passed: true, by, reason}`. */
export function gateFact(state: RunState, instance: StepInstance, ports: FactPorts): RunFact | null {
  const { step, path, state: running } = instance;
  if (step.kind !== 'gate' || running.status !== 'running') throw new Error(`${path} is no running gate.`);
  const asked = instance.decisions.map((id) => state.decisions.get(id)).find((decision) => decision !== undefined);
  if (asked?.made === null) return null;
  const verdict = asked === undefined ? verdictOf(step, state, instance) : answered(asked.made);
  const message = fillText(step.message, expressionScope(state, instance.scope));
  const durationMs = Math.max(0, ports.now - running.attemptAt);
  switch (verdict.kind) {
    case 'ask':
      return {
        type: 'decision.requested',
        id: ports.nextId('dec'),
        path,
        kind: 'gate',
        title: step.name,
        detail: message,
        options: [...GATE_OPTIONS],
      };
    case 'pass': {
      const { by, reason } = verdict;
      return doneFact(state, instance, { output: { passed: true, by, reason }, summary: `passed by ${by}`, durationMs });
    }
    case 'fail':
      return failedFact(state, instance, { error: toErrorView(gateRefused(path, message, verdict.reason)), durationMs });
  }
}

function answered(made: { readonly choice: string; readonly reason: string }): Verdict {
  return { kind: made.choice === 'pass' ? 'pass' : 'fail', by: 'person', reason: made.reason };
}

function verdictOf(step: GateStep, state: RunState, instance: StepInstance): Verdict {
  const check = step.check === null ? null : evaluateCondition(step.check, expressionScope(state, instance.scope));
  if (asksPerson(step, state.mode, check)) return { kind: 'ask' };
  if (check === null) return { kind: 'pass', by: 'dry-run', reason: 'a person would be asked' };
  return { kind: check ? 'pass' : 'fail', by: 'check', reason: check ? '' : `condition is false: ${step.check ?? ''}` };
}

/**
 * A dry run asks nobody. Without a check only a person can decide. `always` asks whatever the check says;
 * `strict` asks in strict mode when the check does not pass; in auto mode it follows its check.
 */
export function asksPerson(step: Pick<GateStep, 'ask'>, mode: RunMode, check: boolean | null): boolean {
  if (mode === 'dry-run') return false;
  if (check === null || step.ask === 'always') return true;
  return step.ask === 'strict' && mode === 'strict' && !check;
}
