// One runtime under test with all that stands around it in a workspace: store, registry of agents, breakers, executor.
// Its steps do what the probe's script says.

import { sleep } from '#base/abort.ts';
import type { JsonObject } from '#base/json.ts';
import { createAgentExecutor } from '#core/agents/executor.ts';
import { type AgentDefinition, noModelWishes } from '#core/agents/definition.ts';
import { AgentRegistry } from '#core/agents/registry.ts';
import { createAssign } from '#core/agents/router.ts';
import type { StepContext, StepTask } from '#core/engine/executor.ts';
import { type QueueLimits, RunQueue } from '#core/engine/queue.ts';
import type { Runtime, RuntimeEvent, RuntimeStart } from '#core/engine/runtime.ts';
import type { RuntimeKind, RuntimePorts, RuntimeServices } from '#core/engine/runtimeKind.ts';
import { BreakerRegistry } from '#core/llm/registry.ts';
import type { Log } from '#core/ports.ts';
import { PROBER } from '#core/runtimes/parity/flow.ts';
import { fault, guarded, isHostTrouble } from '#core/runtimes/parity/guard.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { ProbeClock } from '#core/runtimes/parity/probeClock.ts';
import type { Store } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { RunView } from '#protocol/runView.ts';

/** What a step does; its object becomes the step's output. */
export type Script = (task: StepTask, context: StepContext) => Promise<JsonObject> | JsonObject;

const POLL_MS = 2;
const ENDED = new Set<RunView['status']>(['completed', 'partial', 'failed', 'cancelled']);

export interface StageOptions {
  readonly host: ProbeHost;
  readonly kind: RuntimeKind;
  readonly store: Store;
  readonly script: Script;
  /** Longest a probe waits for an answer or for something to happen, in ms. What has not happened by then does not happen. */
  readonly waitMs: number;
  readonly agents?: readonly AgentDefinition[];
  /** Limits of the queue; none when left out. */
  readonly limits?: QueueLimits;
  /** Told when the store fails the runtime: then the probe says nothing about it. */
  readonly onHostTrouble: (error: unknown) => void;
}

export class Stage {
  readonly clock: ProbeClock;
  readonly log: Log;
  readonly store: Store;
  readonly agents: AgentRegistry;
  readonly breakers: BreakerRegistry;
  readonly queue: RunQueue;
  readonly runtime: Runtime;
  readonly services: RuntimeServices;
  /** Everything a subscriber heard since the stage was opened. */
  readonly heard: RuntimeEvent[] = [];
  readonly #host: ProbeHost;
  readonly #raw: Runtime;
  readonly #waitMs: number;

  constructor(options: StageOptions) {
    const { host, kind, store } = options;
    this.#host = host;
    this.#waitMs = options.waitMs;
    const guard = { clock: host.clock, limitMs: options.waitMs };
    this.store = store;
    this.clock = new ProbeClock(host.clock);
    const log = probeLog(options.onHostTrouble);
    this.log = log;
    this.agents = new AgentRegistry({ ports: noFiles(log), knownTools: [], knownSkills: [] });
    for (const agent of options.agents ?? [probeAgent(PROBER)]) this.agents.register(agent);
    this.breakers = new BreakerRegistry({
      clock: this.clock,
      log,
      persistence: { load: () => store.values.get('llm', 'health'), save: (value) => store.values.set('llm', 'health', value) },
    });
    this.queue = new RunQueue(this.clock, options.limits);
    const executor = this.#executor(options.script, log);
    // Half of every jitter, so that a probe knows how long a wait is.
    const ids = { next: (prefix: string) => host.ids.next(prefix), random: () => 0.5 };
    const ports: RuntimePorts = { clock: this.clock, ids, log, store, executor, admission: this.queue };
    const made = guarded(
      { create: () => kind.create(ports), services: () => kind.services(this.#raw, ports) },
      { ...guard, name: kind.id },
    );
    this.#raw = made.create();
    this.runtime = guarded(this.#raw, { ...guard, name: 'runtime' });
    this.services = guarded(made.services(), { ...guard, name: 'services' });
  }

  /** Listens from here on, and takes up what the breakers of a stage before on this store had learned. */
  async open(): Promise<this> {
    this.runtime.subscribe((event) => this.heard.push(event));
    await this.breakers.load();
    return this;
  }

  /** Starts a run; `changes` as a caller could have set them. */
  start(definition: WorkflowDefinition, changes: Partial<RuntimeStart> = {}): Promise<string> {
    const title = 'Probe';
    return this.runtime.start({
      definition,
      library: {},
      inputs: {},
      mode: 'auto',
      title,
      idempotencyKey: null,
      hasModel: true,
      ...changes,
    });
  }

  /** The run's view when it has ended; a fault when it does not end in time. */
  async ended(runId: string): Promise<RunView> {
    let view = await this.runtime.view(runId);
    const over = await this.until(async () => {
      view = await this.runtime.view(runId);
      return ENDED.has(view.status);
    });
    if (!over) throw fault(`a run did not end within ${this.#waitMs} ms: it is ${view.status} at ${view.currentStep ?? 'no step'}`);
    return view;
  }

  async play(definition: WorkflowDefinition, changes: Partial<RuntimeStart> = {}): Promise<RunView> {
    return this.ended(await this.start(definition, changes));
  }

  /** True as soon as it holds; false when it does not within the time a probe waits. */
  async until(holds: () => boolean | Promise<boolean>, limitMs = this.#waitMs): Promise<boolean> {
    const giveUpAt = this.#host.clock.now() + limitMs;
    while (!(await holds())) {
      if (this.#host.clock.now() >= giveUpAt) return false;
      await sleep(POLL_MS, { clock: this.#host.clock });
    }
    return true;
  }

  /** Durable events of a run as they were heard. */
  events(runId: string): readonly RunEvent[] {
    return this.heard.flatMap((one) => (one.kind === 'run' && one.event.runId === runId ? [one.event] : []));
  }

  /** As the end of a process does it in order; the store stays open. */
  async close(): Promise<void> {
    await this.runtime.shutdown();
    this.queue.dispose();
    await this.breakers.flush();
    this.#raw.dispose();
  }

  #executor(script: Script, log: Log): RuntimePorts['executor'] {
    const { agents, clock, store } = this;
    return createAgentExecutor({
      clock,
      log,
      agent: (id) => agents.get(id),
      assign: createAssign(agents),
      skill: (id) => {
        throw new Error(`Probe steps run no skills, and one asks for ${id}.`);
      },
      skillContext: () => outOfReach('skills'),
      hasModel: async () => true,
      reason: async ({ task, context }) => ({ deliverable: await script(task, context), summary: `did ${task.path}`, usage: [] }),
      record: { execution: (row) => store.agents.recordExecution(row), usage: (rows) => store.agents.recordUsage(rows) },
    });
  }
}

export function probeAgent(id: string, changes: Partial<AgentDefinition> = {}): AgentDefinition {
  return {
    id,
    name: id,
    role: 'Does the steps of a probe.',
    description: '',
    specializations: [],
    capabilities: [],
    tools: [],
    skills: [],
    models: noModelWishes,
    limits: { maxTurns: 1, maxTokens: 1, timeoutMs: 60_000 },
    deliverable: 'document',
    instructions: '',
    source: 'built-in',
    file: '',
    ...changes,
  };
}

/** Stands where a workspace's thing would: whoever touches it has left the probe. */
function outOfReach(what: string): never {
  const nothing = new Proxy(
    {},
    {
      get() {
        throw new Error(`Probes have no ${what} of a workspace.`);
      },
    },
  );
  return nothing as never;
}

function noFiles(log: Log): ConstructorParameters<typeof AgentRegistry>[0]['ports'] {
  return {
    log,
    resources: '',
    files: outOfReach('files'),
    trusted: () => false,
    readOwnFile: async () => null,
    listOwnFolder: async () => [],
  };
}

/** Runs of probes fail on purpose, so their log is nobody's; trouble with the store is kept. */
function probeLog(onHostTrouble: (error: unknown) => void): Log {
  return {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_message, _fields, thrown) => {
      if (isHostTrouble(thrown)) onHostTrouble(thrown);
    },
  };
}
