// The triggers of workflows, with their defaults filled in.

import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { durationMs } from '#core/workflow/duration.ts';
import { type TriggerSpec, triggerSchema } from '#core/workflow/triggerSchema.ts';

export interface Trigger {
  /** `<workflow>/<id>`: unique in a workspace. */
  readonly id: string;
  readonly workflow: string;
  readonly spec: TriggerSpec;
  readonly debounceMs: number;
  readonly maxPerHour: number;
  readonly maxPerDay: number;
}

/** Without those that are `manual`. Of two with the same id the second is numbered. */
export function triggersOf({ name, triggers }: WorkflowDefinition): readonly Trigger[] {
  const used = new Set<string>();
  return triggers.flatMap((raw): readonly Trigger[] => {
    const spec = triggerSchema.parse(raw);
    if (spec.on === 'manual') return [];
    const wanted = spec.id ?? spec.on;
    let id = wanted;
    for (let n = 2; used.has(id); n += 1) id = `${wanted}-${n}`;
    used.add(id);
    const debounceMs = spec.debounce === undefined ? (spec.on === 'schedule' ? 0 : 2_000) : durationMs(spec.debounce);
    return [{ id: `${name}/${id}`, workflow: name, spec, debounceMs, maxPerHour: spec.maxPerHour ?? 6, maxPerDay: spec.maxPerDay ?? 24 }];
  });
}

const list = (globs: string | readonly string[] | undefined): string => (globs === undefined ? 'any' : [globs].flat().join(', '));

/** One line for people. */
export function titleOf(spec: TriggerSpec): string {
  switch (spec.on) {
    case 'manual':
      return 'a person';
    case 'schedule':
      return `at ${spec.cron}${spec.timezone === undefined ? '' : ` (${spec.timezone})`}`;
    case 'event':
      return `message ${spec.type}`;
    case 'save':
      return `files saved: ${list(spec.paths)}`;
    case 'commit':
      return `commit on ${list(spec.branches)} branch`;
    case 'branch':
      return `switch to ${list(spec.branches)} branch`;
    case 'diagnostics':
      return `at least ${spec.atLeast ?? 1} ${spec.severity ?? 'error'}s in the editor`;
    case 'metric':
      return `${spec.metric}${spec.above === undefined ? '' : ` > ${spec.above}`}${spec.below === undefined ? '' : ` < ${spec.below}`}`;
    case 'feedback':
      return `feedback of at most ${spec.atMost ?? 5}`;
    case 'run':
      return `${spec.workflow} ended ${(spec.status ?? ['completed']).join(' or ')}`;
  }
}
