// API methods about dead letters: tasks that failed for good and took their run with them.

import { AppError } from '#base/errors.ts';
import { assertTrusted, PERSON, type RunMethodsDeps } from '#core/api/runDeps.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';

export function deadLetterMethods(deps: RunMethodsDeps): Pick<CoreMethods, Extract<keyof CoreMethods, `dlq.${string}`>> {
  const { store, ports } = deps;
  const audit = (action: string, letter: DeadLetter, reason: string): Promise<void> =>
    store.audit.append({ at: ports.clock.now(), actor: PERSON, action, target: letter.id, data: { runId: letter.runId, reason } });
  return {
    'dlq.list': (filter) => store.deadLetters.list(filter?.all === true ? {} : { status: 'open' }),
    'dlq.redrive': async (id) => {
      assertTrusted(ports);
      const letter = await openLetter(store, id);
      if (letter.stage === 'compensate') throw notRedrivable(letter);
      const run = await store.runs.get(letter.runId);
      const { runId, path } = letter;
      await deps.runtime(run?.runtime).redrive(runId, { path, by: PERSON, reason: `dead letter ${letter.id}` });
      await audit('dlq.redrive', letter, '');
      return { runId };
    },
    'dlq.discard': async ({ id, reason }) => {
      const letter = await openLetter(store, id);
      if (!(await store.deadLetters.discard(letter.id, reason))) throw letterSettled(letter);
      await audit('dlq.discard', letter, reason);
    },
  };
}

async function openLetter(store: Store, id: string): Promise<DeadLetter> {
  const letter = (await store.deadLetters.get(id)) ?? (await store.deadLetters.find(id));
  if (letter === null) {
    throw new AppError({ code: 'deadLetter.notFound', message: `There is no dead letter ${id} in this workspace.`, details: { id } });
  }
  if (letter.status !== 'open') throw letterSettled(letter);
  return letter;
}

/** `deadLetter.settled`: it was redriven, discarded or set aside before. */
function letterSettled({ id, status }: DeadLetter): AppError {
  const what = status === 'setAside' ? 'set aside by a rollback' : status;
  return new AppError({ code: 'deadLetter.settled', message: `Dead letter ${id} was ${what} already.`, details: { id, status } });
}

/** `deadLetter.notRedrivable`: what the rest of the run did was undone after it, so it cannot go on from there. */
function notRedrivable({ id, path }: DeadLetter): AppError {
  return new AppError({
    code: 'deadLetter.notRedrivable',
    message: `Step ${path} could not be undone. Undo it by hand, then discard this letter: its run has ended and cannot go on from there.`,
    details: { id, path },
  });
}
