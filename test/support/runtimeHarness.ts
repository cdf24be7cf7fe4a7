// A runtime of any kind over a real store, with a clock that is moved and steps that do what a test says.

import assert from 'node:assert/strict';
import type { Json } from '#base/json.ts';
import type { Runtime, RuntimeEvent, RuntimeStart } from '#core/engine/runtime.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import type { Store } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { type Script, scripted, startOf } from '#test/support/engineHarness.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { mortalStore } from '#test/support/mortalStore.ts';
import { PATIENCE_MS } from '#test/support/patience.ts';

export interface RuntimeHarness {
  readonly runtime: Runtime;
  readonly clock: FakeClock;
  readonly store: Store;
  /** `path` of every attempt that was begun, in order. */
  readonly executed: string[];
  readonly errors: unknown[];
  readonly heard: RuntimeEvent[];
  start(definition: WorkflowDefinition, changes?: Partial<RuntimeStart>): Promise<string>;
  events(runId: string): Promise<readonly RunEvent[]>;
  status(runId: string): Promise<RunStatus>;
  /** Waits until it has ended and is no longer live. */
  ended(runId: string): Promise<RunStatus>;
  /** Waits for what must come soon, without the clock. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  /** A new process over the same store. */
  restart(script?: Script): RuntimeHarness;
  /** The process dies: nothing it still does reaches the store. */
  die(): void;
  /** Dead, and nothing of it is still on its way to the store. */
  isDead(): boolean;
  /** Shuts it down, unless it died. */
  close(): Promise<void>;
  writes(): number;
}

export interface HarnessOptions {
  readonly kind: RuntimeKind;
  readonly store: Store;
  readonly script?: Script;
  readonly clock?: FakeClock;
  readonly dieAt?: number;
  readonly firstId?: number;
}

const ENDED: ReadonlySet<RunStatus> = new Set(['completed', 'partial', 'failed', 'cancelled']);

export function runtimeHarness(options: HarnessOptions): RuntimeHarness {
  const { kind, script = () => null, clock = new FakeClock(), firstId = 0 } = options;
  const { store, die, isDead, writes } = mortalStore(options.store, options.dieAt);
  const executed: string[] = [];
  const errors: unknown[] = [];
  const heard: RuntimeEvent[] = [];
  let ids = firstId;
  const note = (message: string, _fields?: object, thrown?: unknown): void => void errors.push(thrown ?? message);
  const runtime = kind.create({
    clock,
    store,
    log: { debug: () => {}, info: () => {}, warn: note, error: note },
    executor: scripted(script, executed),
    ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` },
  });
  runtime.subscribe((event) => heard.push(event));
  const status = async (runId: string): Promise<RunStatus> => (await runtime.view(runId)).status;
  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      assert.ok(performance.now() < giveUpAt, `never came: ${what}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    runtime,
    clock,
    store: options.store,
    executed,
    errors,
    heard,
    start: (definition, changes) => runtime.start(startOf(definition, changes)),
    events: (runId) => options.store.runs.events(runId),
    status,
    async ended(runId) {
      await until(`the end of ${runId}`, async () => ENDED.has(await status(runId)) && !runtime.live().includes(runId));
      return status(runId);
    },
    until,
    restart: (next = script) => runtimeHarness({ kind, store: options.store, script: next, clock, firstId: ids + 1_000 }),
    die,
    isDead,
    close: async () => (isDead() ? undefined : runtime.shutdown()),
    writes,
  };
}

/** Work that ends when the test says so. */
export interface Doors {
  readonly script: Script;
  readonly waiting: ReadonlyMap<string, unknown>;
  readonly aborted: string[];
  open(path: string, output?: Json): void;
  fail(path: string, error: Error): void;
}

export function doors(): Doors {
  const waiting = new Map<string, { resolve: (output: Json) => void; reject: (error: Error) => void }>();
  const aborted: string[] = [];
  return {
    waiting,
    aborted,
    script: ({ path }, { signal }) => {
      signal.addEventListener('abort', () => aborted.push(path));
      return new Promise((resolve, reject) => waiting.set(path, { resolve, reject }));
    },
    open: (path, output = path) => waiting.get(path)?.resolve(output),
    fail: (path, error) => waiting.get(path)?.reject(error),
  };
}
