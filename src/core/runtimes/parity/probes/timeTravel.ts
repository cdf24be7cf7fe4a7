// Rollback and history query.

import type { Runtime } from '#core/engine/runtime.ts';
import { flow, step } from '#core/runtimes/parity/flow.ts';
import { isGapFree, same, stepOf } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import type { RunDiff } from '#protocol/runView.ts';

const CHAIN = [step('one'), step('two', 'dependsOn: one'), step('three', 'dependsOn: two')];

interface TimeTravel {
  rollback(runId: string, request: { readonly version: number; readonly by: string; readonly reason: string }): Promise<void>;
  diff(runId: string, from: number, to: number): Promise<RunDiff>;
}

export const stateRollback: Probe = {
  feature: 'state-rollback',
  async run(lab, claims) {
    let pass = 1;
    const began: string[] = [];
    const stage = await lab.stage(({ step: { key } }) => {
      began.push(key);
      return { pass };
    });
    const runtime = stage.runtime as Runtime & TimeTravel;
    const { id } = await stage.play(flow(CHAIN));
    claims.did('rolled a completed run of three steps back to v1');
    pass = 2;
    await runtime.rollback(id, { version: 1, by: 'probe', reason: 'the second step was wrong' });
    const back = await runtime.view(id);
    const kept = `${stepOf(back, 'one')?.status}, ${stepOf(back, 'two')?.status}, ${back.status}`;
    const opened =
      stepOf(back, 'one')?.status === 'succeeded' && stepOf(back, 'two')?.status !== 'succeeded' && back.status !== 'completed';
    claims.must('what came after v1 is open again', opened, kept);
    claims.did('resumed it');
    await runtime.resume(id, 'probe');
    const view = await stage.ended(id);
    claims.must('it runs on from there to its end', view.status === 'completed', view.status);
    claims.must('recorded steps before v1 do not run again', same(began, ['one', 'two', 'three', 'two', 'three']), began.join(' '));
    const results = ['one', 'two', 'three'].map((key) => (view.results[key] as { pass?: number } | null)?.pass);
    claims.must('results after v1 are the new ones', same(results, [1, 2, 2]), results);
    const events = await stage.store.runs.events(id);
    const past = events.filter((event) => event.type === 'step.succeeded').length;
    claims.should('what was set aside stays in the history', isGapFree(events) && past === 5, `${past} successes, ${events.length} events`);
  },
};

export const stateHistoryQuery: Probe = {
  feature: 'state-history-query',
  async run(lab, claims) {
    const stage = await lab.stage(({ step: { key } }) => ({ key }));
    const runtime = stage.runtime as Runtime & TimeTravel;
    const view = await stage.play(flow(CHAIN));
    claims.did('asked for the history of a run of three steps');
    const history = await runtime.history(view.id);
    const versions = history.map(({ version, path, status }) => `v${version} ${path} ${status}`);
    claims.must('each version says what made it', same(versions, ['v1 one succeeded', 'v2 two succeeded', 'v3 three succeeded']), versions);
    const timed = history.every(({ at, seq }) => at >= view.createdAt && seq <= view.lastSeq);
    claims.should('each version has its time and its event', timed, history.map(({ seq }) => seq).join(' '));
    claims.did('asked for the difference between v1 and v3');
    const { steps } = await runtime.diff(view.id, 1, 3);
    const changed = steps.map(({ path }) => path);
    claims.should('it names the steps that changed, and only those', same(changed, ['two', 'three']), changed.join(' '));
    const [two] = steps;
    claims.should(
      'with what they were and became',
      two?.from?.output === undefined && same(two?.to?.output, { key: 'two' }),
      two?.to ?? null,
    );
  },
};
