// Random workflows while people and crashes interfere at random moments.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError, isAppError } from '#base/errors.ts';
import { replay } from '#core/engine/reduce.ts';
import { viewOf } from '#core/engine/view.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type Scenario, scenarios } from '#test/support/arbitraryWorkflow.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';

const SEED = process.env['SEED'] === undefined ? Date.now() % 1_000_000_000 : Number(process.env['SEED']);

type Act = 'wait' | 'pause' | 'resume' | 'cancel' | 'override' | 'decide' | 'kill';

const acts = fc.array(
  fc.record({
    act: fc.constantFrom<Act[]>('wait', 'wait', 'pause', 'resume', 'override', 'decide', 'decide', 'kill', 'kill', 'cancel'),
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
const REFUSALS = new Set(['run.finished', 'engine.illegalTransition', 'decision.notFound', 'decision.unknownChoice']);

async function attempt(command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    if (!isAppError(error) || !REFUSALS.has(error.code)) throw error;
  }
}

class Session {
  h: Harness;
  readonly runId: string;
  readonly acknowledged: RunEvent[] = [];
  readonly reruns: string[] = [];

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
        return pick < 30 ? attempt(runtime.cancel(this.runId, 'person', 'enough')) : undefined;
      case 'override': {
        const paths = Array.from(replay(this.h.history(this.runId)).steps.keys());
        const path = paths[pick % Math.max(1, paths.length)];
        if (path !== undefined && pick < 40)
          await attempt(runtime.override(this.runId, { path, output: 'overridden', by: 'person', reason: '' }));
        return;
      }
      case 'decide':
        return this.decide();
      case 'kill':
        this.kill();
        await attempt(this.h.runtime.resume(this.runId, 'person'));
    }
  }

  async decide(): Promise<void> {
    const [decision] = (await this.h.runtime.view(this.runId)).decisions;
    if (decision === undefined) return;
    await attempt(this.h.runtime.decide(this.runId, { decisionId: decision.id, choice: 'pass', by: 'person', reason: '' }));
  }

  /** Steps that had an outcome when a process began must not be begun by it. */
  close(): void {
    this.acknowledged.push(...this.h.heard.flatMap((heard) => (heard.kind === 'run' ? [heard.event] : [])));
    assert.deepEqual(this.h.errors, []);
  }

  kill(): void {
    this.close();
    this.h.kill();
    const settled = replay(this.h.history(this.runId)).steps;
    const done = new Set(
      Array.from(settled.values()).flatMap(({ path, state }) => ('output' in state || state.status === 'failed' ? [path] : [])),
    );
    this.h = this.h.restart();
    this.watch(done);
  }

  watch(done: ReadonlySet<string>): void {
    const { executed } = this.h;
    const push = executed.push.bind(executed);
    executed.push = (...paths) => {
      this.reruns.push(...paths.filter((path) => done.has(path)));
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

describe(`the engine while people and crashes interfere (SEED=${SEED})`, function () {
  this.timeout(60_000);

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
