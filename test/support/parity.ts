// Runtimes broken on purpose, one for each feature, and hosts of probes.

import { AppError } from '#base/errors.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import type { Runtime, RuntimeStart } from '#core/engine/runtime.ts';
import type { RuntimeKind, RuntimePorts, RuntimeServices } from '#core/engine/runtimeKind.ts';
import type { FeatureId } from '#core/runtimes/parity/features.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { Store } from '#core/store/store.ts';
import { createProbeHost } from '#node/probeHost.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';

export const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const probeHost = createProbeHost(silentLog);

export interface Breakage {
  readonly ports?: (ports: RuntimePorts) => RuntimePorts;
  readonly runtime?: (runtime: Runtime) => Partial<Runtime>;
  readonly services?: (services: RuntimeServices) => Partial<RuntimeServices>;
}

/** A kind of the same id whose runtimes lack something. */
export function breakKind(kind: RuntimeKind, { ports: changePorts, runtime: change, services: changeServices }: Breakage): RuntimeKind {
  return {
    id: kind.id,
    create(ports) {
      const runtime = kind.create(changePorts?.(ports) ?? ports);
      return change === undefined ? runtime : over(runtime, change(runtime));
    },
    services(runtime, ports) {
      const services = kind.services(runtime, ports);
      return { ...services, ...changeServices?.(services) };
    },
  };
}

/** Classes with private fields do not survive a copy, so their methods are looked up and bound. */
function over(runtime: Runtime, changes: Partial<Runtime>): Runtime {
  return new Proxy(runtime, {
    get(target, key) {
      const member: unknown = Reflect.get(Object.hasOwn(changes, key) ? changes : target, key);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

const withStore = (ports: RuntimePorts, runs: Partial<Store['runs']>): RuntimePorts => ({
  ...ports,
  store: { ...ports.store, runs: { ...ports.store.runs, ...runs } },
});

export const withExecutor = (change: (executor: StepExecutor) => Partial<StepExecutor>): Breakage => ({
  ports: (ports) => ({ ...ports, executor: { ...ports.executor, ...change(ports.executor) } }),
});

export const withDefinition = (change: (definition: WorkflowDefinition) => WorkflowDefinition): Breakage => ({
  runtime: (runtime) => ({ start: (request: RuntimeStart) => runtime.start({ ...request, definition: change(request.definition) }) }),
});

export const withSteps = (change: Partial<Step>): Breakage =>
  withDefinition((definition) => ({ ...definition, steps: definition.steps.map((step) => ({ ...step, ...change }) as Step) }));

const forgetful: Breakage = {
  ports: (ports) => {
    const fake = new FakeRuns();
    const runs = new Proxy(fake, { get: (target, key) => bound(target, key) });
    return { ...ports, store: { ...ports.store, runs } };
  },
};

function bound(target: object, key: string | symbol): unknown {
  const member: unknown = Reflect.get(target, key);
  return typeof member === 'function' ? (member.bind(target) as unknown) : member;
}

/** What is wrong with the runtime, and what the probe must say. */
export const breakages: { readonly [F in FeatureId]: Breakage & { readonly verdict: 'partial' | 'unavailable' } } = {
  'state-store': { ...forgetful, verdict: 'unavailable' },
  'message-bus': {
    verdict: 'unavailable',
    runtime: (runtime) => ({
      subscribe: (listener) => runtime.subscribe((one) => (one.kind === 'run' && one.event.type === 'step.assigned') || listener(one)),
    }),
  },
  'circuit-breaker': {
    verdict: 'unavailable',
    ...withExecutor((executor) => ({
      execute: (...args) =>
        executor.execute(...args).catch((error: AppError) => {
          if (error.code !== 'llm.circuitOpen') throw error;
          return { output: {}, summary: '', usage: [] };
        }),
    })),
  },
  'retry-logic': {
    verdict: 'unavailable',
    ...withExecutor((executor) => ({
      execute: (...args) =>
        executor.execute(...args).catch((error: AppError) => {
          throw new AppError({ code: error.code, message: error.message, retryable: false });
        }),
    })),
  },
  'single-task': {
    verdict: 'unavailable',
    ...withExecutor((executor) => ({ execute: async (...args) => ({ ...(await executor.execute(...args)), output: {} }) })),
  },
  'task-streaming': {
    verdict: 'unavailable',
    runtime: (runtime) => ({
      subscribe(listener) {
        const held: Parameters<typeof listener>[0][] = [];
        return runtime.subscribe((one) => {
          if (one.kind === 'signal') held.push(one);
          else [one, ...(one.event.type === 'step.succeeded' ? held.splice(0) : [])].forEach(listener);
        });
      },
    }),
  },
  'task-cancellation': { verdict: 'unavailable', runtime: () => ({ cancel: async () => {} }) },
  'task-queuing': {
    verdict: 'unavailable',
    ...withDefinition((definition) => ({ ...definition, limits: { maxParallelSteps: 64 } })),
  },
  'sequential-flow': { verdict: 'unavailable', ...withSteps({ dependsOn: [] }) },
  'parallel-execution': {
    verdict: 'unavailable',
    ...withDefinition((definition) => ({ ...definition, limits: { maxParallelSteps: 1 } })),
  },
  'conditional-routing': { verdict: 'unavailable', ...withSteps({ when: null }) },
  'workflow-visualization': {
    verdict: 'unavailable',
    services: (services) => ({ graph: (definition) => ({ ...services.graph(definition), edges: [] }) }),
  },
  'state-persistence': { ...forgetful, verdict: 'unavailable' },
  'state-versioning': { verdict: 'unavailable', runtime: () => ({ history: async () => [] }) },
  'state-rollback': { verdict: 'unavailable', runtime: () => ({ rollback: async () => ({ setAside: [] }) }) },
  'state-history-query': { verdict: 'unavailable', runtime: (runtime) => ({ viewAt: (id) => runtime.view(id) }) },
  'event-logging': {
    verdict: 'partial',
    ports: (ports) =>
      withStore(ports, {
        append: (batch) =>
          ports.store.runs.append({
            ...batch,
            events: batch.events.map((event) => ('error' in event ? { ...event, error: { ...event.error, code: 'unknown' } } : event)),
          }),
      }),
  },
  'metrics-collection': {
    verdict: 'unavailable',
    services: (services) => ({
      async metrics() {
        const { runs, steps } = await services.metrics();
        return { runs: { ...runs, byStatus: { completed: runs.total }, successRate: 1 }, steps };
      },
    }),
  },
  'log-persistence': {
    verdict: 'unavailable',
    ports: (ports) =>
      withStore(ports, {
        append: (batch) => ports.store.runs.append({ ...batch, events: batch.events.map((event) => ({ ...event, at: 1 })) }),
      }),
  },
  'event-history': {
    verdict: 'partial',
    runtime(runtime) {
      const own = new Set<string>();
      return {
        async start(request) {
          const id = await runtime.start(request);
          own.add(id);
          return id;
        },
        async view(id) {
          if (!own.has(id)) throw new AppError({ code: 'run.notFound', message: 'Not mine.' });
          return runtime.view(id);
        },
      };
    },
  },
  'health-checks': {
    verdict: 'unavailable',
    services: (services) => ({
      async health() {
        const { store, ...health } = await services.health();
        return { ...health, status: 'ok', store: { ...store, error: null } };
      },
    }),
  },
  'agent-registry': {
    verdict: 'unavailable',
    ...withExecutor(() => ({ assign: () => ({ agent: 'good-reviewer', reason: 'the first one' }) })),
  },
  'dynamic-registration': {
    verdict: 'unavailable',
    ports(ports) {
      const refused = new Map<string | null, unknown>();
      const assign: StepExecutor['assign'] = (task) => {
        if (refused.has(task.step.agent)) throw refused.get(task.step.agent);
        try {
          return ports.executor.assign(task);
        } catch (error) {
          refused.set(task.step.agent, error);
          throw error;
        }
      };
      return { ...ports, executor: { ...ports.executor, assign } };
    },
  },
  'agent-health-monitoring': {
    verdict: 'unavailable',
    ...withExecutor((executor) => ({
      async execute(...args) {
        await executor.execute(...args).catch(() => undefined);
        return executor.execute(...args);
      },
    })),
  },
};
