// Rollback and history query.

import { flow, step } from '#core/runtimes/parity/flow.ts';
import { isGapFree, same, stepOf } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';

const CHAIN = [step('one'), step('two', 'dependsOn: one'), step('three', 'dependsOn: two')];

export const stateRollback: Probe = {
  feature: 'state-rollback',
  async run(lab, claims) {
    let pass = 1;
    const began: string[] = [];
    const stage = await lab.stage(({ step: { key } }) => {
      began.push(key);
      return { pass };
    });
    const { runtime } = stage;
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
    claims.did('forked the run at v1');
    began.length = 0;
    const forkId = await runtime.fork(id, { version: 1, inputs: {}, title: 'Fork', hasModel: true, by: 'probe' });
    const fork = await stage.ended(forkId);
    const apart = forkId !== id && fork.status === 'completed';
    claims.should(
      'a fork reuses what was recorded up to there',
      apart && same(began, ['two', 'three']),
      `${fork.status}: ${began.join(' ')}`,
    );
  },
};

export const stateHistoryQuery: Probe = {
  feature: 'state-history-query',
  async run(lab, claims) {
    const stage = await lab.stage(({ step: { key } }) => ({ key }));
    const { runtime } = stage;
    const view = await stage.play(flow(CHAIN));
    claims.did('asked for the history of a run of three steps');
    const history = await runtime.history(view.id);
    const versions = history.map(({ version, path, status }) => `v${version} ${path} ${status}`);
    claims.must('each version says what made it', same(versions, ['v1 one succeeded', 'v2 two succeeded', 'v3 three succeeded']), versions);
    const timed = history.every(({ at, seq }) => at >= view.createdAt && seq <= view.lastSeq);
    claims.should('each version has its time and its event', timed, history.map(({ seq }) => seq).join(' '));
    const [queried] = await runtime.history(view.id, { step: 'two', since: 2 });
    claims.should(
      'it can be queried by step and version',
      queried?.version === 2 && queried.path === 'two',
      `v${queried?.version} ${queried?.path}`,
    );
    claims.did('asked what the run was like at v1');
    const then = await runtime.viewAt(view.id, 1);
    const were = ['one', 'two'].map((key) => stepOf(then, key)?.status ?? 'not there').join(', ');
    claims.must(
      'the state at any version can be seen',
      then.version === 1 && were.startsWith('succeeded, ') && !were.endsWith('succeeded'),
      were,
    );
    claims.did('asked for the difference between v1 and v3');
    const { steps } = await runtime.diff(view.id, { from: 1, to: 3 });
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
