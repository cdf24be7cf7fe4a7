// Random workflows while people and crashes interfere at random moments.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError, isAppError } from '#base/errors.ts';
import { replay } from '#core/engine/reduce.ts';
import { viewOf } from '#core/engine/view.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type Scenario, scenarios } from '#test/support/arbitraryWorkflow.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';

const SEED = Number(process.env['CAS_SEED'] ?? Date.now() % 1_000_000_000);

type Act = 'wait' | 'pause' | 'resume' | 'cancel' | 'override' | 'decide' | 'kill' | 'rollback' | 'fork';

const acts = fc.array(
  fc.record({
    act: fc.constantFrom<Act[]>(
      'wait',
      'wait',
      'pause',
      'resume',
      'override',
      'decide',
      'decide',
      'kill',
      'kill',
      'cancel',
      'rollback',
      'rollback',
      'fork',
    ),
    ticks: fc.nat(25),
    pick: fc.nat(99),
  }),
  { maxLength: 12 },
);

/** Some steps ask a person in the middle of their work. */
function scriptOf({ behaviourOf, ticksOf }: Scenario): Script {
  return async ({ path, attempt }, context) => {
    for (let tick = ticksOf(path); tick > 0; tick -= 1) await Promise.resolve();
    const { failuresBefore, fatal, output } = behaviourOf(path);
    if (ticksOf(path) === 5) await context.decide({ kind: 'approval', title: path, detail: '', options: [{ id: 'pass', label: 'Pass' }] });
    if (fatal) throw new AppError({ code: 'test.fatal', message: path });
    if (attempt <= failuresBefore) throw new AppError({ code: 'test.flaky', message: path, retryable: true });
    return output;
  };
}

/** Codes a command may be refused with; anything else is a fault of the engine. */
const REFUSALS = new Set([
  'run.stillRunning',
  'run.noVersion',
  'run.undone',
  'run.finished',
  'engine.illegalTransition',
  'decision.notFound',
  'decision.unknownChoice',
]);

async function attempt(command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!isAppError(error) || !REFUSALS.has(error.code)) throw error;
  }
}

/** Null when it was refused. */
async function attemptOf<T>(query: Promise<T>): Promise<T | null> {
  try {
    return await query;
  } catch (error) {
    if (!isAppError(error) || !REFUSALS.has(error.code)) throw error;
    return null;
  }
}

class Session {
  h: Harness;
  readonly runId: string;
  readonly acknowledged: RunEvent[] = [];
  readonly reruns: string[] = [];
  /** Steps that had an outcome when this process began and that no rollback has set aside since. */
  done: ReadonlySet<string> = new Set();

  constructor(h: Harness, runId: string) {
    this.h = h;
    this.runId = runId;
  }

  async perform(act: Act, pick: number): Promise<void> {
    const { runtime } = this.h;
    switch (act) {
      case 'wait':
        this.h.clock.advance(pick);
        return;
      case 'pause':
        return attempt(runtime.pause(this.runId, 'person', ''));
      case 'resume':
        return attempt(runtime.resume(this.runId, 'person'));
      case 'cancel':
        return pick < 30 ? attempt(runtime.cancel(this.runId, 'person', 'enough', { compensate: pick % 2 === 0 })) : undefined;
      case 'override': {
        const paths = Array.from(replay(this.h.history(this.runId)).steps.keys());
        const path = paths[pick % Math.max(1, paths.length)];
        if (path !== undefined && pick < 40)
          await attempt(runtime.override(this.runId, { path, output: 'overridden', by: 'person', reason: '' }));
        return;
      }
      case 'decide':
        return this.decide();
      case 'rollback':
        return attempt(this.rollback(pick));
      case 'fork':
        return attempt(this.fork(pick));
      case 'kill':
        this.kill();
        await attempt(this.h.runtime.resume(this.runId, 'person'));
    }
  }

  async rollback(pick: number): Promise<void> {
    const { version } = await this.h.runtime.view(this.runId);
    const to = pick % (version + 1);
    const then = (await attemptOf(this.h.runtime.viewAt(this.runId, to)))?.results;
    await this.h.runtime.rollback(this.runId, { version: to, by: 'person', reason: '' });
    const still = this.settled();
    this.done = new Set(Array.from(this.done).filter((path) => still.has(path)));
    const { status, results } = await this.h.runtime.view(this.runId);
    assert.deepEqual([status, results], ['paused', then], 'a rollback brings back what was');
  }

  /** A fork has what was recorded at its version. What it does under the same paths is not watched. */
  async fork(pick: number): Promise<void> {
    const { runtime } = this.h;
    const { version, inputs } = await runtime.view(this.runId);
    const to = pick % (version + 1);
    const then = (await attemptOf(runtime.viewAt(this.runId, to)))?.results;
    const { done } = this;
    this.done = new Set();
    try {
      const forkId = await runtime.fork(this.runId, { version: to, inputs, title: 'Fork', hasModel: false, by: 'person' });
      for (const [key, result] of Object.entries(then ?? {})) {
        assert.deepEqual((await runtime.view(forkId)).results[key], result, `${key} is reused`);
      }
      await runtime.cancel(forkId, 'person', '');
    } finally {
      this.done = done;
    }
  }

  async decide(): Promise<void> {
    const [decision] = (await this.h.runtime.view(this.runId)).decisions;
    if (decision === undefined) return;
    await attempt(this.h.runtime.decide(this.runId, { decisionId: decision.id, choice: 'pass', by: 'person', reason: '' }));
  }

  /** Steps that had an outcome when a process began must not be begun by it. */
  close(): void {
    this.acknowledged.push(
      ...this.h.heard.flatMap((heard) => (heard.kind === 'run' && heard.event.runId === this.runId ? [heard.event] : [])),
    );
    assert.deepEqual(this.h.errors, []);
  }

  kill(): void {
    this.close();
    this.h.kill();
    this.done = this.settled();
    this.h = this.h.restart();
    this.watch();
  }

  settled(): ReadonlySet<string> {
    const { steps } = replay(this.h.history(this.runId));
    return new Set(Array.from(steps.values()).flatMap(({ path, state }) => ('output' in state || state.status === 'failed' ? [path] : [])));
  }

  watch(): void {
    const { executed } = this.h;
    const push = executed.push.bind(executed);
    executed.push = (...paths) => {
      this.reruns.push(...paths.filter((path) => this.done.has(path)));
      return push(...paths);
    };
  }

  async toTheEnd(): Promise<void> {
    for (let round = 0; round < 300; round += 1) {
      await settle();
      this.h.clock.advance(100);
      const { status } = await this.h.runtime.view(this.runId);
      if (status !== 'executing' && status !== 'paused') return;
      await this.perform('resume', 0);
      await this.decide();
    }
    assert.fail('the run did not come to an end');
  }
}

describe(`the engine while people and crashes interfere (CAS_SEED=${SEED})`, function () {
  this.timeout(TEST_LIMIT_MS);

  it('ends every run, keeps all it acknowledged, re-runs nothing recorded, and views it as its events tell', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, acts, async (scenario, plan) => {
        const h = harness(scriptOf(scenario), { snapshotEveryEvents: 15 });
        const session = new Session(
          h,
          await h.start(scenario.definition, { library: scenario.library, inputs: scenario.inputs, mode: 'strict' }),
        );
        for (const { act, ticks, pick } of plan) {
          for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
          await session.perform(act, pick);
        }
        await session.toTheEnd();
        await settle();
        session.close();
        const history = session.h.history(session.runId);
        for (const event of session.acknowledged) assert.deepEqual(history[event.seq - 1], event);
        assert.deepEqual(session.reruns, []);
        assert.deepEqual(await session.h.runtime.view(session.runId), viewOf(replay(history)));
        assert.deepEqual(session.h.runtime.live(), []);
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
