// From the file as written to WorkflowDefinition: defaults filled in, each step given its kind. Says what keys cannot
// stand together; collects every issue and goes on.

import type { Json, JsonObject } from '#base/json.ts';
import type { InputSpec } from '#protocol/workflow.ts';
import type { GateStep, RetryPolicy, Step, TaskStep, WorkflowDefinition } from '#core/workflow/definition.ts';
import { durationMs } from '#core/workflow/duration.ts';
import { valueIssue } from '#core/workflow/inputs.ts';
import { errorAt, type Issue, type ValuePath, warningAt } from '#core/workflow/issue.ts';
import type { RawStep, RawWorkflow } from '#core/workflow/schema.ts';

const DEFAULT_RETRY: RetryPolicy = { maxAttempts: 1, initialDelayMs: 500, maxDelayMs: 30_000 };
const TASK_KEYS = ['action', 'prompt', 'agent', 'capability', 'provider', 'model', 'compensate'] as const;
const COMPOSITE_KEYS = ['loop', 'map', 'gate', 'workflow'] as const;

export function normalise(raw: RawWorkflow): { readonly definition: WorkflowDefinition; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const definition: WorkflowDefinition = {
    name: raw.name,
    version: raw.version ?? '1.0.0',
    description: raw.description ?? '',
    triggers: (raw.triggers ?? []) as readonly JsonObject[],
    inputs: Object.entries(raw.inputs ?? {}).map(([name, spec]) => inputSpec(name, spec, issues)),
    steps: normaliseSteps(raw.steps, ['steps'], issues),
    output: raw.output ?? null,
    requires: Array.from(new Set(raw.requires)),
    limits: { maxParallelSteps: raw.limits?.maxParallelSteps ?? null },
    ...(raw.runtime !== undefined && { runtime: raw.runtime }),
  };
  return { definition, issues };
}

function inputSpec(name: string, raw: NonNullable<RawWorkflow['inputs']>[string], issues: Issue[]): InputSpec {
  const full = typeof raw === 'string' ? { type: raw } : raw;
  const spec: InputSpec = {
    name,
    type: full.type,
    description: full.description ?? '',
    required: full.required ?? false,
    default: full.default as Json | undefined,
    enum: full.enum as readonly Json[] | undefined,
  };
  const wrong = spec.default === undefined ? null : valueIssue(spec, spec.default);
  if (wrong) issues.push(errorAt(['inputs', name, 'default'], 'type', `The default of input \`${name}\` ${wrong}.`));
  if (spec.required && spec.default !== undefined) {
    issues.push(
      warningAt(
        ['inputs', name, 'required'],
        'requiredWithDefault',
        `Input \`${name}\` is required and has a default, so it is never missing.`,
        {
          at: 'key',
          hint: 'Remove `required` or `default`.',
        },
      ),
    );
  }
  return spec;
}

function normaliseSteps(raws: readonly RawStep[], path: ValuePath, issues: Issue[]): readonly Step[] {
  const seen = new Set<string>();
  return raws.map((raw, index) => {
    const at = [...path, index];
    if (seen.has(raw.key)) {
      issues.push(
        errorAt([...at, 'key'], 'duplicateStep', `Another step of this list has the key \`${raw.key}\`.`, {
          hint: 'Keys are unique within their list.',
        }),
      );
    }
    seen.add(raw.key);
    return normaliseStep(raw, at, issues);
  });
}

function normaliseStep(raw: RawStep, path: ValuePath, issues: Issue[]): Step {
  checkKeys(raw, path, issues);
  const base = {
    key: raw.key,
    name: raw.name ?? raw.key,
    dependsOn: typeof raw.dependsOn === 'string' ? [raw.dependsOn] : Array.from(new Set(raw.dependsOn)),
    when: typeof raw.when === 'boolean' ? String(raw.when) : (raw.when ?? null),
    continueOnError: raw.continueOnError ?? false,
    timeoutMs: raw.timeout === undefined ? null : durationMs(raw.timeout),
    retry: retryPolicy(raw),
  };
  if (raw.loop) {
    const steps = normaliseSteps(raw.loop.steps, [...path, 'loop', 'steps'], issues);
    return { ...base, kind: 'loop', steps, until: raw.loop.until, maxIterations: raw.loop.max ?? 10 };
  }
  if (raw.map) {
    const steps = normaliseSteps(raw.map.steps, [...path, 'map', 'steps'], issues);
    return { ...base, kind: 'map', steps, over: raw.map.over, concurrency: raw.map.concurrency ?? 4 };
  }
  if (raw.workflow !== undefined) return { ...base, kind: 'workflow', workflow: raw.workflow, with: (raw.with ?? {}) as JsonObject };
  if (raw.gate) return { ...base, kind: 'gate', ...gateOf(raw, raw.gate, path, issues) };
  return { ...base, kind: 'task', ...taskOf(raw) };
}

type TaskPart = Pick<TaskStep, 'agent' | 'capability' | 'action' | 'with' | 'prompt' | 'provider' | 'model' | 'compensate'>;

function taskOf(raw: RawStep): TaskPart {
  return {
    agent: raw.agent ?? null,
    capability: raw.capability ?? null,
    action: raw.action ?? null,
    with: (raw.with ?? {}) as JsonObject,
    prompt: raw.prompt ?? null,
    provider: raw.provider ?? null,
    model: raw.model ?? null,
    compensate: raw.compensate ? { action: raw.compensate.action, with: (raw.compensate.with ?? {}) as JsonObject } : null,
  };
}

function gateOf(
  raw: RawStep,
  gate: NonNullable<RawStep['gate']>,
  path: ValuePath,
  issues: Issue[],
): Pick<GateStep, 'check' | 'message' | 'ask'> {
  const check = gate.check ?? null;
  if (check === null && gate.ask === 'never') {
    issues.push(
      errorAt([...path, 'gate', 'ask'], 'gate', 'A gate without `check` that asks nobody would always pass.', {
        hint: 'Add `check`, or ask `strict` or `always`.',
      }),
    );
  }
  return { check, message: gate.message ?? raw.name ?? raw.key, ask: gate.ask ?? (check === null ? 'always' : 'never') };
}

function retryPolicy(raw: RawStep): RetryPolicy {
  const base = raw.prompt === undefined ? DEFAULT_RETRY : { ...DEFAULT_RETRY, maxAttempts: 3 };
  if (raw.retry === undefined) return base;
  if (typeof raw.retry === 'number') return { ...base, maxAttempts: raw.retry };
  const { maxAttempts, initialDelay, maxDelay } = raw.retry;
  return {
    maxAttempts: maxAttempts ?? base.maxAttempts,
    initialDelayMs: initialDelay === undefined ? base.initialDelayMs : durationMs(initialDelay),
    maxDelayMs: maxDelay === undefined ? base.maxDelayMs : durationMs(maxDelay),
  };
}

/** One kind a step, and only the keys of that kind. */
function checkKeys(raw: RawStep, path: ValuePath, issues: Issue[]): void {
  const [kind, ...others] = COMPOSITE_KEYS.filter((key) => raw[key] !== undefined);
  for (const other of others) {
    issues.push(
      errorAt([...path, other], 'stepKind', `Step \`${raw.key}\` cannot have both \`${kind}\` and \`${other}\`.`, {
        at: 'key',
        hint: 'Make it two steps.',
      }),
    );
  }
  if (kind === undefined) {
    checkTask(raw, path, issues);
    return;
  }
  const wrong = TASK_KEYS.filter((key) => raw[key] !== undefined);
  if (raw.with !== undefined && kind !== 'workflow') issues.push(foreignKey(raw, path, 'with', kind));
  for (const key of wrong) issues.push(foreignKey(raw, path, key, kind));
}

function foreignKey(raw: RawStep, path: ValuePath, key: string, kind: string): Issue {
  return errorAt([...path, key], 'stepKind', `Step \`${raw.key}\` is a ${kind}; \`${key}\` means nothing there.`, {
    at: 'key',
    hint: kind === 'loop' || kind === 'map' ? `Move it to a step under \`${kind}.steps\`.` : `Remove it, or make it a step of its own.`,
  });
}

function checkTask(raw: RawStep, path: ValuePath, issues: Issue[]): void {
  if (raw.action === undefined && raw.prompt === undefined) {
    issues.push(
      errorAt(path, 'stepKind', `Step \`${raw.key}\` does nothing.`, {
        hint: 'Give it `action`, `prompt`, `loop`, `map`, `workflow` or `gate`.',
      }),
    );
  } else if (raw.action === undefined && raw.with !== undefined) {
    issues.push(
      errorAt([...path, 'with'], 'stepKind', `Step \`${raw.key}\` has \`with\` but no \`action\` to give it to.`, {
        at: 'key',
        hint: 'Put the values into the prompt, or add `action`.',
      }),
    );
  }
}
