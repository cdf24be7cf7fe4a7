// Agent registry, dynamic registration, health of agents.

import { AppError } from '#base/errors.ts';
import { flow, PROBER, step } from '#core/runtimes/parity/flow.ts';
import { same, stepOf, untilAborted } from '#core/runtimes/parity/observe.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import { probeAgent, type Stage } from '#core/runtimes/parity/stage.ts';
import type { RunView } from '#protocol/runView.ts';

/** Which agent did a step and why, as it was recorded. */
function assignment(stage: Stage, view: RunView, path: string): string {
  const found = stage.events(view.id).find((event) => event.type === 'step.assigned' && event.path === path);
  return found?.type === 'step.assigned' ? `${found.agent} (${found.reason})` : `nobody (${stepOf(view, path)?.error?.code ?? 'no error'})`;
}

export const agentRegistry: Probe = {
  feature: 'agent-registry',
  async run(lab, claims) {
    const agents = [
      probeAgent('good-reviewer', { capabilities: [{ name: 'probe.review', confidence: 0.6 }] }),
      probeAgent('best-reviewer', { capabilities: [{ name: 'probe.review', confidence: 0.9 }] }),
      probeAgent('writer', { capabilities: [{ name: 'probe.write', confidence: 0.9 }] }),
    ];
    const stage = await lab.stage(() => ({}), { agents });
    claims.did('ran a step that names an agent, one that asks for a capability, and one for an agent that is not there');
    const view = await stage.play(
      flow([
        step('named', 'agent: writer'),
        step('able', 'capability: probe.review'),
        step('lost', 'agent: nobody-here, continueOnError: true'),
      ]),
    );
    await stage.until(() => stage.events(view.id).at(-1)?.type === 'run.completed');
    const named = assignment(stage, view, 'named');
    claims.must('the named agent does its step', named.startsWith('writer '), named);
    const able = assignment(stage, view, 'able');
    claims.must('the most capable agent does the other', able.startsWith('best-reviewer '), able);
    claims.should('why it was chosen is recorded', able.includes('probe.review'), able);
    const lost = stepOf(view, 'lost')?.error?.code ?? 'none';
    claims.should(
      'an unknown agent fails its step alone',
      lost === 'agent.notFound' && view.status === 'completed',
      `${lost}, ${view.status}`,
    );
    const ids = stage.agents.ids;
    claims.should('the registry lists all agents', same(ids, ['best-reviewer', 'good-reviewer', 'writer']), ids.join(' '));
  },
};

export const dynamicRegistration: Probe = {
  feature: 'dynamic-registration',
  async run(lab, claims) {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const stage: Stage = await lab.stage(async ({ step: { key } }) => {
      if (key === 'first') await held;
      return {};
    });
    const newcomer = probeAgent('newcomer');
    const alone = flow([step('only', 'agent: newcomer')]);
    const before = stepOf(await stage.play(alone), 'only')?.error?.code ?? 'none';
    claims.did('registered an agent while a run was live whose next step names it');
    const runId = await stage.start(flow([step('first'), step('second', 'agent: newcomer, dependsOn: first')]));
    const registration = stage.agents.register(newcomer);
    release();
    const view = await stage.ended(runId);
    claims.must('before that nobody could do its step', before === 'agent.notFound', before);
    claims.must('the live run uses it', stepOf(view, 'second')?.agent === 'newcomer' && view.status === 'completed', view.status);
    let twice = 'accepted';
    try {
      stage.agents.register(newcomer).dispose();
    } catch (error) {
      twice = (error as AppError).code;
    }
    claims.should('the same id is not registered twice', twice === 'agent.exists', twice);
    claims.did('unregistered it and ran once more');
    registration.dispose();
    const after = stepOf(await stage.play(alone), 'only')?.error?.code ?? 'none';
    claims.must('it is gone', after === 'agent.notFound', after);
  },
};

export const agentHealthMonitoring: Probe = {
  feature: 'agent-health-monitoring',
  async run(lab, claims) {
    const began: string[] = [];
    const stage: Stage = await lab.stage(async ({ step: { key } }, { signal }) => {
      began.push(key);
      if (key === 'hangs') return untilAborted(signal);
      if (key === 'bad') throw new AppError({ code: 'probe.bad', message: 'This step fails on purpose.' });
      return {};
    });
    claims.did('ran three steps of an agent that succeed and one that fails');
    await stage.play(flow([step('a'), step('b'), step('c'), step('bad', 'dependsOn: [a, b, c]')]));
    const { executions, succeeded, failed, durationsMs, lastFailure } = await stage.store.agents.stats(PROBER);
    const counts = `${executions} executions, ${succeeded} succeeded, ${failed} failed`;
    claims.must('its executions are counted', executions === 4, counts);
    claims.must('its success rate is 3 of 4', succeeded === 3 && failed === 1, counts);
    claims.should('response times are measured', durationsMs.length === 4 && durationsMs.every((ms) => ms >= 0), durationsMs);
    claims.should('the last error is kept', lastFailure?.error?.code === 'probe.bad', lastFailure?.error?.code ?? 'none');
    claims.did('cancelled a step at work');
    const runId = await stage.start(flow([step('hangs')]));
    await stage.until(() => began.includes('hangs'));
    await stage.runtime.cancel(runId, 'probe', 'enough');
    const after = await stage.store.agents.stats(PROBER);
    claims.should('a cancelled step leaves no mark', after.failed === 1, `${after.failed} failed`);
  },
};
