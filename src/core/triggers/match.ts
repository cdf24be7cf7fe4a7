// Which messages a trigger reacts to. Pure: what it remembers (a threshold already passed) is its caller's.

import picomatch from 'picomatch';
import type { JsonObject } from '#base/json.ts';
import type { Trigger } from '#core/triggers/trigger.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import { evaluateCondition } from '#core/workflow/expression.ts';
import { fillArguments } from '#core/workflow/template.ts';
import type { TriggerSpec } from '#core/workflow/triggerSchema.ts';
import type { BusMessage } from '#protocol/bus.ts';

export interface Match {
  readonly matches: boolean;
  readonly reason: string;
}

const RUN_ENDS = ['completed', 'partial', 'failed', 'cancelled'] as const;
const yes = (reason: string): Match => ({ matches: true, reason });
const no = (reason: string): Match => ({ matches: false, reason });

/** Null: the message is not of a sort that this trigger looks at. */
export function matchOf(trigger: Trigger, message: BusMessage): Match | null {
  const found = bySpec(trigger, message);
  const { where } = trigger.spec;
  if (found === null || !found.matches || where === undefined) return found;
  try {
    return evaluateCondition(where, scopeOf(message)) ? found : no(`condition is false: ${where}`);
  } catch (error) {
    return no(`condition cannot be evaluated: ${(error as Error).message}`);
  }
}

/** Fires when the value passes the threshold, not at each message while it is past it. */
export function isEdge({ on }: TriggerSpec): boolean {
  return on === 'metric' || on === 'diagnostics';
}

/** Throws `workflow.expression` and the like for a template that cannot be filled. */
export function inputsOf(trigger: Trigger, message: BusMessage): JsonObject {
  return fillArguments((trigger.spec.inputs ?? {}) as JsonObject, scopeOf(message));
}

function scopeOf(message: BusMessage): ExpressionScope {
  return { inputs: {}, results: {}, context: { event: { ...message } } };
}

function bySpec({ id, spec }: Trigger, { type, payload }: BusMessage): Match | null {
  switch (spec.on) {
    case 'manual':
      return null;
    case 'schedule':
      return type === 'cas.schedule.due' && payload['trigger'] === id ? yes('its time has come') : null;
    case 'event':
      return type === spec.type ? yes(`message ${type}`) : null;
    case 'save':
      return type === 'workspace.file.saved' ? bySave(spec.paths, payload['paths'] as readonly string[]) : null;
    case 'commit':
      return type === 'workspace.git.committed' ? byBranch(spec.branches, payload['branch'] as string | null) : null;
    case 'branch':
      return type === 'workspace.git.switched' ? byBranch(spec.branches, payload['branch'] as string | null) : null;
    case 'diagnostics':
      return type === 'workspace.diagnostics.changed' ? byDiagnostics(spec, payload) : null;
    case 'metric':
      return type === 'metric.recorded' && payload['name'] === spec.metric ? byMetric(spec, payload['value'] as number) : null;
    case 'feedback':
      return type === 'feedback.given' ? byRating(spec.atMost ?? 5, payload['rating'] as number) : null;
    case 'run':
      return byRun(spec, type, payload);
  }
}

/** CAS's own files never count. */
function bySave(globs: string | readonly string[], paths: readonly string[]): Match {
  const matches = picomatch([globs].flat(), { dot: true });
  const hit = paths.find((path) => !/^\.(?:cas|git)\//.test(path) && matches(path));
  return hit === undefined ? no(`no path matches ${[globs].flat().join(', ')}`) : yes(`${hit} was saved`);
}

function byBranch(globs: string | readonly string[] | undefined, branch: string | null): Match {
  if (globs === undefined) return yes(branch === null ? 'no branch' : `branch ${branch}`);
  if (branch === null) return no('no branch is checked out');
  return picomatch([globs].flat())(branch) ? yes(`branch ${branch}`) : no(`branch ${branch} is another one`);
}

function byDiagnostics({ severity = 'error', atLeast = 1 }: Extract<TriggerSpec, { on: 'diagnostics' }>, payload: JsonObject): Match {
  const count = (payload['errors'] as number) + (severity === 'warning' ? (payload['warnings'] as number) : 0);
  return count >= atLeast ? yes(`${count} problems`) : no(`${count} problems, fewer than ${atLeast}`);
}

function byMetric({ metric, above, below }: Extract<TriggerSpec, { on: 'metric' }>, value: number): Match {
  const past = (above !== undefined && value > above) || (below !== undefined && value < below);
  return past ? yes(`${metric} is ${value}`) : no(`${metric} is ${value}, within its bounds`);
}

function byRating(atMost: number, rating: number): Match {
  return rating <= atMost ? yes(`rating ${rating}`) : no(`rating ${rating} is above ${atMost}`);
}

function byRun({ workflow, status = ['completed'] }: Extract<TriggerSpec, { on: 'run' }>, type: string, payload: JsonObject): Match | null {
  const end = RUN_ENDS.find((one) => type === `cas.run.${one}`);
  if (end === undefined || payload['workflow'] !== workflow) return null;
  return status.includes(end) ? yes(`${workflow} ended ${end}`) : no(`${workflow} ended ${end}`);
}
