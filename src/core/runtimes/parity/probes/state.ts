// Persistence, versioning, rollback, history query.

import { AppError } from '#base/errors.ts';
import { flow, step } from '#core/runtimes/parity/flow.ts';
import type { Lab } from '#core/runtimes/parity/lab.ts';
import { same, stepOf, untilAborted } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import type { Script } from '#core/runtimes/parity/stage.ts';
import type { Store } from '#core/store/store.ts';

const CHAIN = [step('one'), step('two', 'dependsOn: one'), step('three', 'dependsOn: two')];

export const statePersistence: Probe = {
  feature: 'state-persistence',
  async run(lab, claims) {
    const disk = await lab.diskStore();
    const began: string[] = [];
    const opened = await disk.open();
    const before = await lab.stage(hangingAt('two', began), { store: opened });
    const runId = await before.start(flow(CHAIN));
    await before.until(() => began.includes('two'));
    claims.did('shut the runtime down while step two worked, closed the file and opened it again with a new runtime');
    await before.close();
    await opened.close();
    const after = await lab.stage(doneBy('new', began), { store: await disk.open() });
    const found = await after.runtime.view(runId);
    claims.must(
      'the step that was done is still recorded',
      stepOf(found, 'one')?.status === 'succeeded',
      stepOf(found, 'one')?.status ?? 'lost',
    );
    await after.runtime.resume(runId, 'probe');
    const view = await after.ended(runId);
    claims.must('the run can be resumed to its end', view.status === 'completed', view.status);
    claims.must('the recorded step does not run again', same(began, ['one', 'two', 'two', 'three']), began.join(' '));
    claims.should('its recorded result is used', same(view.results['one'], { by: 'old' }), view.results['one'] ?? null);
    await afterKill(lab, (killed, order) => {
      claims.did('cut the runtime off from its store while step two worked, as the death of its process does');
      claims.must('another one resumes the run to its end', killed === 'completed', killed);
      claims.should('without running the recorded step again', order.filter((key) => key === 'one').length === 1, order.join(' '));
    });
  },
};

async function afterKill(lab: Lab, claim: (status: string, order: readonly string[]) => void): Promise<void> {
  const began: string[] = [];
  const store = await lab.memoryStore();
  const { cut, kill } = mortal(store);
  const dying = await lab.stage(hangingAt('two', began), { store: cut });
  const runId = await dying.start(flow(CHAIN));
  await dying.until(() => began.includes('two'));
  kill();
  const heir = await lab.stage(doneBy('heir', began), { store });
  await heir.runtime.resume(runId, 'probe');
  claim((await heir.ended(runId)).status, began);
}

function hangingAt(key: string, began: string[]): Script {
  return async (task, { signal }) => {
    began.push(task.step.key);
    return task.step.key === key ? untilAborted(signal) : { by: 'old' };
  };
}

function doneBy(by: string, began: string[]): Script {
  return (task) => {
    began.push(task.step.key);
    return { by };
  };
}

/** `cut` is the store until `kill`; after that nothing written to it arrives. */
function mortal(store: Store): { readonly cut: Store; readonly kill: () => void } {
  let dead = false;
  const unlessDead =
    <A extends unknown[]>(write: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      if (dead) throw new AppError({ code: 'probe.killed', message: 'The process is dead.' });
      await write(...args);
    };
  const { runs, agents } = store;
  return {
    kill: () => {
      dead = true;
    },
    cut: {
      ...store,
      runs: { ...runs, append: unlessDead(runs.append.bind(runs)), saveSnapshot: unlessDead(runs.saveSnapshot.bind(runs)) },
      agents: { ...agents, recordExecution: unlessDead(agents.recordExecution.bind(agents)) },
    },
  };
}

export const stateVersioning: Probe = {
  feature: 'state-versioning',
  async run(lab, claims) {
    const began: string[] = [];
    const stage = await lab.stage(hangingAt('waits', began));
    claims.did('ran three steps');
    const view = await stage.play(flow(CHAIN));
    const history = await stage.runtime.history(view.id);
    const versions = history.map(({ version, path }) => `v${version} ${path}`);
    claims.must('every step makes a version', same(versions, ['v1 one', 'v2 two', 'v3 three']), versions.join(', '));
    const growing = history.every(({ seq }, index) => index === 0 || seq > (history[index - 1]?.seq ?? 0));
    claims.should('versions follow the events', growing, history.map(({ seq }) => seq).join(' '));
    claims.should('the run says its version', view.version === 3, `v${view.version}`);
    claims.did('overrode the result of a step at work');
    const runId = await stage.start(flow([step('waits'), step('then', 'dependsOn: waits')]));
    await stage.until(() => began.includes('waits'));
    await stage.runtime.override(runId, { path: 'waits', output: { by: 'person' }, by: 'probe', reason: 'known better' });
    const overridden = await stage.ended(runId);
    const made = (await stage.runtime.history(runId)).map(({ version, path }) => `v${version} ${path}`);
    claims.should('an override is a version of its own', same(made, ['v1 waits', 'v2 then']), made.join(', '));
    claims.should(
      'and is the result from there on',
      same(overridden.results['waits'], { by: 'person' }),
      overridden.results['waits'] ?? null,
    );
  },
};
