// Random workflows for property tests: DAGs of all kinds of steps, and what their work does.

import fc from 'fast-check';
import type { JsonObject } from '#base/json.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { Behaviour } from '#test/support/referenceModel.ts';
import { gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

export interface Scenario {
  readonly definition: WorkflowDefinition;
  readonly library: { readonly [name: string]: WorkflowDefinition };
  readonly inputs: JsonObject;
  readonly behaviourOf: (path: string) => Behaviour;
  /** Microtasks a step's work takes. */
  readonly ticksOf: (path: string) => number;
}

const retry = { maxAttempts: 3, initialDelayMs: 10, maxDelayMs: 100 };

interface Sketch {
  readonly kind: 'task' | 'gate' | 'loop' | 'map' | 'workflow';
  readonly links: readonly number[];
  readonly when: number;
  readonly continueOnError: boolean;
  readonly size: number;
}

const sketch = fc.record({
  kind: fc.constantFrom<Sketch['kind'][]>('task', 'task', 'task', 'task', 'gate', 'loop', 'map', 'workflow'),
  links: fc.array(fc.nat(20), { maxLength: 3 }),
  when: fc.nat(11),
  continueOnError: fc.boolean(),
  size: fc.integer({ min: 0, max: 4 }),
});

/** Conditions over an earlier step that may have any result. */
function condition(when: number, other: string | undefined): string | null {
  if (when === 0) return 'false';
  if (when === 1) return 'true';
  if (other === undefined || when > 4) return null;
  return when === 2 ? `results.${other} == null` : `results.${other} != null`;
}

function steps(sketches: readonly Sketch[], nested: boolean): Step[] {
  return sketches.map((drawn, index) => {
    const dependsOn = index === 0 ? [] : Array.from(new Set(drawn.links.map((link) => `s${link % index}`)));
    const { continueOnError, size } = drawn;
    const common = { dependsOn, continueOnError, when: condition(drawn.when, dependsOn[0]) };
    const key = `s${index}`;
    const inner = (): Step[] =>
      steps(
        [
          { ...drawn, kind: 'task', links: [], when: 9 },
          { ...drawn, kind: 'task', links: [0], when: size },
        ],
        true,
      );
    switch (nested ? 'task' : drawn.kind) {
      case 'task':
        return task(key, { ...common, retry, compensate: size === 4 ? { action: 'test.undo', with: {} } : null });
      case 'gate':
        return gate(key, { ...common, check: size > 1 ? 'true' : 'false' });
      case 'loop':
        return loop(key, inner(), { ...common, until: `iteration >= ${size}`, maxIterations: 3 });
      case 'map':
        return map(key, inner(), { ...common, over: JSON.stringify(Array.from({ length: size }, (_, item) => item)), concurrency: 2 });
      case 'workflow':
        return subWorkflow(key, 'inner', common);
    }
  });
}

export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    outer: fc.array(sketch, { minLength: 1, maxLength: 14, size: 'max' }),
    inner: fc.array(sketch, { minLength: 1, maxLength: 3 }),
    parallel: fc.constantFrom(null, 1, 2),
    chances: fc.array(fc.nat(99), { minLength: 7, maxLength: 7 }),
    fatality: fc.constantFrom(0, 0, 5, 20),
  })
  .map(({ outer, inner, parallel, chances, fatality }) => {
    // A number for each path that is the same whatever the order of events: what a path draws must not depend on time.
    const draw = (path: string): number =>
      Array.from(path).reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9_973, chances[path.length % 7] ?? 0);
    return {
      definition: workflow(steps(outer, false), { limits: { maxParallelSteps: parallel } }),
      library: { inner: workflow(steps(inner, true), { name: 'inner' }) },
      inputs: {},
      behaviourOf: (path) => ({ failuresBefore: draw(path) % 4 === 3 ? 1 : 0, fatal: draw(`${path}!`) % 100 < fatality, output: path }),
      ticksOf: (path) => draw(`${path}?`) % 12,
    };
  });
