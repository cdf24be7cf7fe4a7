// Event logging, metrics, log persistence, event history, health checks.

import { sleep } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import { flow, step } from '#core/runtimes/parity/flow.ts';
import { isGapFree, same, untilAborted } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import type { Stage } from '#core/runtimes/parity/stage.ts';
import { runEventSchema } from '#protocol/runEvents.ts';

export const eventLogging: Probe = {
  feature: 'event-logging',
  async run(lab, claims) {
    const stage = await lab.stage(({ step: { key } }) => {
      if (key === 'bad') throw new AppError({ code: 'probe.bad', message: 'This step fails on purpose.' });
      return { value: 1 };
    });
    claims.did('ran a step that succeeds and one that fails');
    const view = await stage.play(flow([step('good'), step('bad', 'dependsOn: good')]));
    const log = await stage.store.runs.events(view.id);
    const types = log.map((event) => event.type);
    const wanted = ['created', 'parsed', 'validated', 'started'].map((fact) => `run.${fact}`);
    for (const end of ['succeeded', 'failed']) wanted.push('step.queued', 'step.assigned', 'step.started', `step.${end}`);
    wanted.push('run.failed');
    claims.must('every transition of run and steps is logged, in order', isWithin(wanted, types), types.join(' '));
    claims.must('without gaps', isGapFree(log), log.map((event) => event.seq).join(' '));
    const failed = log.find((event) => event.type === 'step.failed');
    const code = failed?.type === 'step.failed' ? failed.error.code : 'none';
    claims.should('a failure is logged with its reason', code === 'probe.bad', code);
    const forwards = log.every((event, index) => index === 0 || event.at >= (log[index - 1]?.at ?? 0));
    claims.should('each entry has its time, never going back', forwards, forwards ? 'in order' : 'out of order');
    const valid = log.filter((event) => runEventSchema.safeParse(event).success).length;
    claims.should('each entry fits the schema of its type', valid === log.length, `${valid} of ${log.length}`);
  },
};

/** All of `wanted` in this order, whatever stands between. */
function isWithin(wanted: readonly string[], list: readonly string[]): boolean {
  let next = 0;
  for (const one of list) if (one === wanted[next]) next += 1;
  return next === wanted.length;
}

export const metricsCollection: Probe = {
  feature: 'metrics-collection',
  async run(lab, claims) {
    const stage = await lab.stage(async ({ step: { key } }) => {
      if (key === 'bad') throw new Error('This step fails on purpose.');
      await sleep(10, { clock: lab.host.clock });
      return {};
    });
    claims.did('ran three workflows that complete and one that fails, with steps of 10 ms');
    for (let n = 0; n < 3; n += 1) await stage.play(flow([step('good')]));
    await stage.play(flow([step('bad')]));
    const { runs, steps } = await stage.services.metrics();
    claims.must('runs are counted by status', same(runs.byStatus, { completed: 3, failed: 1 }), runs.byStatus);
    claims.must('the success rate is 3 of 4', runs.successRate === 0.75, runs.successRate);
    claims.should('steps are counted', steps.succeeded === 3 && steps.failed === 1, `${steps.succeeded} succeeded, ${steps.failed} failed`);
    const timed = steps.p50Ms !== null && steps.p95Ms !== null && steps.p50Ms >= 9 && steps.p95Ms >= steps.p50Ms;
    claims.should('durations of steps are measured', timed, `p50 ${steps.p50Ms} ms, p95 ${steps.p95Ms} ms`);
  },
};

export const logPersistence: Probe = {
  feature: 'log-persistence',
  async run(lab, claims) {
    const disk = await lab.diskStore();
    const store = await disk.open();
    const stage = await lab.stage(() => ({ text: 'a "quoted"\nline \u0000 \ud800' }), { store });
    const { id } = await stage.play(flow([step('one'), step('two')]));
    await stage.until(() => stage.events(id).at(-1)?.type === 'run.completed');
    const heard = stage.events(id);
    claims.did('ran two steps, closed the file and opened it again');
    await stage.close();
    await store.close();
    const reopened = await disk.open();
    const kept = await reopened.runs.events(id);
    claims.must('the log is still there', kept.length > 0, `${kept.length} events`);
    claims.must('it is what was heard, event for event', same(kept, heard), `${kept.length} kept, ${heard.length} heard`);
    const [row] = await reopened.runs.list();
    claims.should('the run is listed', row?.id === id && row.status === 'completed', row?.status ?? 'not listed');
  },
};

export const eventHistory: Probe = {
  feature: 'event-history',
  async run(lab, claims) {
    const stage = await lab.stage(({ prompt }) => ({ prompt }));
    claims.did('ran two workflows and asked for the history of the first');
    const first = await stage.play(flow([step('one'), step('two', 'dependsOn: one')]));
    await stage.play(flow([step('other')]));
    const { runs } = stage.store;
    const all = await runs.events(first.id);
    const own = isGapFree(all) && all.every((event) => event.runId === first.id);
    claims.must('each run has a history of its own', own, `${all.length} events`);
    const page = await runs.events(first.id, { afterSeq: 2, limit: 3 });
    claims.must('it can be read from any event, in pages', same(page, all.slice(2, 5)), page.map((event) => event.seq).join(' '));
    claims.did('asked another runtime over the same store for the first run');
    const other = await lab.stage(() => ({}), { store: stage.store });
    const view = await other.runtime.view(first.id);
    claims.should('the run can be shown from its history alone', same(view, first), view.status);
  },
};

export const healthChecks: Probe = {
  feature: 'health-checks',
  async run(lab, claims) {
    const store = await lab.memoryStore();
    let broken = false;
    const get: typeof store.values.get = async (scope, key) => {
      if (broken) throw new AppError({ code: 'probe.brokenStore', message: 'The store is broken on purpose.' });
      return store.values.get(scope, key);
    };
    let working = 0;
    const stage: Stage = await lab.stage(
      async (_task, { signal }) => {
        working += 1;
        return untilAborted(signal);
      },
      { store: { ...store, values: { ...store.values, get } } },
    );
    claims.did('asked an idle runtime');
    const idle = await stage.services.health();
    claims.must('an idle runtime is well', idle.status === 'ok' && idle.store.error === null, idle.status);
    claims.should('a check takes less than 100 ms', idle.store.pingMs < 100, `${idle.store.pingMs} ms`);
    claims.should('nothing is live', idle.liveRuns === 0, `${idle.liveRuns} runs`);
    claims.did('asked while a run of four steps with room for one worked');
    await stage.start(
      flow(
        ['a', 'b', 'c', 'd'].map((key) => step(key)),
        'limits: { maxParallelSteps: 1 }',
      ),
    );
    await stage.until(() => working === 1);
    const busy = await stage.services.health();
    claims.should('live runs are counted', busy.liveRuns === 1, `${busy.liveRuns} runs`);
    const { queued, running } = busy.steps;
    claims.should('the depth of the queue is told', queued === 3 && running === 1, `${queued} queued, ${running} running`);
    claims.did('broke the store and asked again');
    broken = true;
    const ill = await stage.services.health();
    const told = ill.status === 'down' && ill.store.error?.code === 'probe.brokenStore';
    claims.must('a store that fails is told, with its reason', told, `${ill.status}, ${ill.store.error?.code ?? 'no reason'}`);
  },
};
