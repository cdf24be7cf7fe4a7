// State store, message bus, circuit breaker, retry.

import { AppError } from '#base/errors.ts';
import { bridgeRuns } from '#core/bus/bridge.ts';
import { Bus } from '#core/bus/bus.ts';
import { defaultBreakerOptions } from '#core/llm/breaker.ts';
import { serverError } from '#core/llm/errors.ts';
import { flow, PROBER, step } from '#core/runtimes/parity/flow.ts';
import { isGapFree, same, stepOf, untilAborted } from '#core/runtimes/parity/observe.ts';
import type { Claims } from '#core/runtimes/parity/claims.ts';
import type { Lab } from '#core/runtimes/parity/lab.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import type { Script, Stage } from '#core/runtimes/parity/stage.ts';
import type { RunAppend } from '#core/store/store.ts';
import { type BusMessage, busTypeOf } from '#protocol/bus.ts';
import { type RunEvent, runEventSchema } from '#protocol/runEvents.ts';

export const stateStore: Probe = {
  feature: 'state-store',
  async run(lab, claims) {
    const durable = new Map<string, number>();
    const store = await lab.memoryStore();
    const append = async (batch: RunAppend): Promise<void> => {
      await store.runs.append(batch);
      durable.set(batch.runId, batch.summary.lastSeq);
    };
    const stage = await lab.stage(() => ({}), { store: { ...store, runs: { ...store.runs, append } } });
    let early = 0;
    stage.runtime.subscribe((one) => {
      if (one.kind === 'run' && one.event.seq > (durable.get(one.event.runId) ?? 0)) early += 1;
    });
    claims.did('ran two steps one after the other under an idempotency key');
    const two = flow([step('one'), step('two', 'dependsOn: one')]);
    const view = await stage.play(two, { idempotencyKey: 'probe' });
    const events = await store.runs.events(view.id);
    const end = events.at(-1)?.type;
    claims.must('the store holds every event of the run', isGapFree(events) && end === 'run.completed', `${events.length}, last ${end}`);
    const row = await store.runs.get(view.id);
    const agrees = row?.status === view.status && row.lastSeq === events.length && row.version === view.version;
    claims.must('the stored summary says what the runtime says', agrees, `${row?.status} v${row?.version}, runtime v${view.version}`);
    claims.should('an event is stored before anyone hears of it', early === 0, `${early} heard too early`);
    claims.did('started it once more under the same key');
    const again = await stage.start(two, { idempotencyKey: 'probe' });
    claims.should('the first run is returned', again === view.id, again === view.id ? 'the same run' : 'another run');
    const runs = await store.runs.list();
    claims.should('the store lists one run', runs.length === 1, `${runs.length} runs`);
  },
};

export const messageBus: Probe = {
  feature: 'message-bus',
  async run(lab, claims) {
    const stage = await lab.stage();
    stage.runtime.subscribe(() => {
      throw new Error('This listener fails on purpose.');
    });
    const second: RunEvent[] = [];
    stage.runtime.subscribe((one) => void (one.kind === 'run' && second.push(one.event)));
    let leaver = 0;
    const leaving = stage.runtime.subscribe(() => (leaver += 1));
    claims.did('ran two steps with three more listeners, the first of which always fails');
    const { id } = await stage.play(flow([step('one'), step('two')]));
    await stage.until(() => stage.events(id).at(-1)?.type === 'run.completed');
    const heard = stage.events(id);
    claims.must('a listener hears every event once and in order', isGapFree(heard), heard.map((event) => event.seq).join(' '));
    claims.should('a failing listener keeps nothing from the others', same(second, heard), `${second.length} of ${heard.length} events`);
    const typed = heard.filter((event) => runEventSchema.safeParse(event).success).length;
    claims.should('every message fits the schema of its type', typed === heard.length, `${typed} of ${heard.length}`);
    const replayed = await stage.store.runs.events(id, { afterSeq: 3 });
    claims.should('what came after message 3 can be replayed', same(replayed, heard.slice(3)), `${replayed.length} messages`);
    claims.did('unsubscribed one listener and ran again');
    leaving.dispose();
    const before = leaver;
    await stage.play(flow([step('one')]));
    claims.should('who unsubscribed hears nothing more', before > 0 && leaver === before, `${before} before, ${leaver - before} after`);
    await overTheBus(lab, stage, claims);
  },
};

async function overTheBus(lab: Lab, stage: Stage, claims: Claims): Promise<void> {
  const messages: BusMessage[] = [];
  const { clock, log, runtime, store } = stage;
  const bus = new Bus({ clock, ids: lab.host.ids, log, store: store.bus });
  const workflowOf = async (runId: string): Promise<string | null> => (await store.runs.get(runId))?.workflow ?? null;
  const bridge = bridgeRuns({ bus, log, workflowOf, causeOf: () => null });
  runtime.subscribe((one) => void (one.kind === 'run' && bridge(one.event)));
  const mark = await bus.publish({ type: 'user.probe', payload: {} });
  bus.listen({ deliver: (message) => void messages.push(message) });
  claims.did('ran one step with its events bridged to the message bus, and a subscriber there');
  const { id } = await stage.play(flow([step('one')]));
  await stage.until(() => messages.some((message) => message.type === 'cas.run.completed'));
  const own = messages.filter((message) => message.correlation_id === id);
  const ends = own.filter((message) => message.type === 'cas.run.completed').length;
  claims.must('the end of the run is told once', ends === 1, `${ends} times`);
  const fitting = own.filter((message) => busTypeOf(message.type)?.payload.safeParse(message.payload).success === true);
  claims.should('every payload fits the schema of its type', fitting.length === own.length, `${fitting.length} of ${own.length}`);
  const whole = own.every(({ id: own, version, at, cause }) => own !== '' && version === 1 && at > 0 && cause === null);
  claims.should('each is in the envelope, under the id of its run', whole && own.length > 1, own[0] ?? null);
  const replayed = (await bus.replay({ after: mark.id })).map((message) => message.type);
  claims.should('what is kept can be replayed from a message on', same(replayed, ['cas.run.completed']), replayed);
  bus.dispose();
}

export const circuitBreaker: Probe = {
  feature: 'circuit-breaker',
  async run(lab, claims) {
    const { failureThreshold, timeoutMs, successThreshold } = defaultBreakerOptions;
    let calls = 0;
    let healthy = false;
    const provider = async (): Promise<{ calls: number }> => {
      calls += 1;
      if (!healthy) throw serverError({ provider: 'probe' });
      return { calls };
    };
    const key = { agent: PROBER, provider: 'probe', model: 'probe', credential: 'probe' };
    const call: Script = () => stage.breakers.forCall(key).run(provider);
    const stage: Stage = await lab.stage(call);
    claims.did(`ran a step whose provider fails, with ${failureThreshold + 2} attempts`);
    const view = await stage.play(flow([step('call', `retry: { maxAttempts: ${failureThreshold + 2}, initialDelay: 1, maxDelay: 1 }`)]));
    claims.must(`the provider is called ${failureThreshold} times and then no more`, calls === failureThreshold, `${calls} calls`);
    const code = stepOf(view, 'call')?.error?.code ?? 'none';
    claims.must('the run ends with the open circuit as its reason', code === 'llm.circuitOpen', `${view.status}, ${code}`);
    const status = (one: Stage): string => one.breakers.views(PROBER)[0]?.status ?? 'unknown';
    claims.should("the agent's health shows the open circuit", status(stage) === 'open', status(stage));
    await stage.breakers.flush();
    const reloaded = await lab.stage(call, { store: stage.store });
    claims.should('the state survives a reload', status(reloaded) === 'open', status(reloaded));
    claims.did(`set the clock ${timeoutMs / 1_000} s forward, let the provider recover and ran ${successThreshold} steps`);
    stage.clock.setForward(timeoutMs);
    healthy = true;
    for (let probe = 0; probe < successThreshold; probe += 1) await stage.play(flow([step('call')]));
    claims.should('the circuit closes again', status(stage) === 'closed', `${status(stage)} after ${calls - failureThreshold} calls`);
  },
};

export const retryLogic: Probe = {
  feature: 'retry-logic',
  async run(lab, claims) {
    const attempts: Record<string, number> = {};
    let stopped = false;
    const stage = await lab.stage(async ({ step: { key } }, { signal }) => {
      const attempt = (attempts[key] = (attempts[key] ?? 0) + 1);
      if (key === 'slow') {
        signal.addEventListener('abort', () => (stopped = true), { once: true });
        return untilAborted(signal);
      }
      if (key !== 'flaky' || attempt < 3) throw refusal(key !== 'wrong');
      return { attempt };
    });
    const four = 'continueOnError: true, retry: { maxAttempts: 4, initialDelay: 20, maxDelay: 30 }';
    claims.did('ran a step that fails twice, one that fails for good, one that never works and one that hangs');
    const view = await stage.play(
      flow([step('flaky', four), step('wrong', four), step('dead', four), step('slow', 'continueOnError: true, timeout: 30')]),
    );
    const count = (key: string): string => `${stepOf(view, key)?.status} after ${attempts[key] ?? 0} attempts`;
    claims.must('a retryable failure is tried again until it works', count('flaky') === 'succeeded after 3 attempts', count('flaky'));
    claims.must('tries end at the limit', count('dead') === 'failed after 4 attempts', count('dead'));
    claims.should('an error that is not retryable is not tried again', count('wrong') === 'failed after 1 attempts', count('wrong'));
    const code = stepOf(view, 'slow')?.error?.code ?? 'none';
    claims.should(
      'a step past its time limit is stopped',
      stopped && code === 'step.timedOut',
      `${code}, ${stopped ? 'told' : 'not told'}`,
    );
    const waits = waitsOf(await stage.store.runs.events(view.id), 'dead');
    const grown = waits.length === 3 && waits.every(({ planned }, n) => planned >= 0 && planned <= Math.min(30, 20 * 2 ** n));
    claims.should('waits stay below 20, 30 and 30 ms (doubled, with jitter, capped)', grown, waits.map((wait) => wait.planned).join(', '));
    // Clocks of a millisecond: a timer may be one early.
    const kept = waits.every(({ planned, waited }) => waited >= planned - 1);
    claims.should('no attempt starts before its time', kept, waits.map((wait) => `${wait.waited} of ${wait.planned} ms`).join(', '));
  },
};

function refusal(retryable: boolean): AppError {
  return new AppError({ code: 'probe.refused', message: 'The probe failed this attempt.', retryable });
}

interface Wait {
  /** Milliseconds from the failure to the time of the next attempt, and to its start. */
  readonly planned: number;
  readonly waited: number;
}

function waitsOf(events: readonly RunEvent[], path: string): readonly Wait[] {
  return events.flatMap((failed) => {
    if (failed.type !== 'step.failed' || failed.path !== path || failed.retryAt === null) return [];
    const next = events.find((event) => event.type === 'step.started' && event.path === path && event.attempt === failed.attempt + 1);
    return next === undefined ? [] : [{ planned: failed.retryAt - failed.at, waited: next.at - failed.at }];
  });
}
