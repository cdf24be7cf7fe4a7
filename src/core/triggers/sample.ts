// A message that a trigger could react to, to try it with.

import type { JsonObject } from '#base/json.ts';
import type { Trigger } from '#core/triggers/trigger.ts';

export interface Sample {
  readonly type: string;
  readonly payload: JsonObject;
}

const plain = (globs: string | readonly string[] | undefined, otherwise: string): string =>
  ([globs ?? otherwise].flat()[0] ?? otherwise)
    .replaceAll('**/', '')
    .replaceAll('*', 'sample')
    .replace(/\{([^,}]*)[^}]*\}/g, '$1');

export function sampleFor({ id, spec }: Trigger, now: number): Sample {
  switch (spec.on) {
    case 'manual':
    case 'schedule':
      return { type: 'cas.schedule.due', payload: { trigger: id, dueAt: now } };
    case 'event':
      return { type: spec.type, payload: {} };
    case 'save':
      return { type: 'workspace.file.saved', payload: { paths: [plain(spec.paths, 'sample')] } };
    case 'commit':
      return { type: 'workspace.git.committed', payload: { branch: plain(spec.branches, 'main'), commit: '0'.repeat(40), before: null } };
    case 'branch':
      return { type: 'workspace.git.switched', payload: { branch: plain(spec.branches, 'main'), before: null } };
    case 'diagnostics':
      return { type: 'workspace.diagnostics.changed', payload: { errors: spec.atLeast ?? 1, warnings: 0 } };
    case 'metric':
      return {
        type: 'metric.recorded',
        payload: { name: spec.metric, value: spec.above === undefined ? (spec.below ?? 0) - 1 : spec.above + 1 },
      };
    case 'feedback':
      return { type: 'feedback.given', payload: { rating: spec.atMost ?? 5, text: 'a sample' } };
    case 'run': {
      const payload = { runId: 'run_sample', workflow: spec.workflow, seq: 1, path: null, error: null };
      return { type: `cas.run.${spec.status?.[0] ?? 'completed'}`, payload };
    }
  }
}
