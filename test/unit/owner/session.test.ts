import assert from 'node:assert/strict';
import { AppError, hasCode } from '#base/errors.ts';
import { type Connection, openSession } from '#node/session.ts';
import type { CoreApi, CoreEvent } from '#protocol/api.ts';
import { fakeCore, type FakeCore, silentLog } from '#test/unit/owner/serverFixture.ts';

const gone = (): AppError => new AppError({ code: 'owner.gone', message: 'Gone.', retryable: true });

interface Owner extends FakeCore {
  readonly connection: Connection;
  die(): void;
}

/** An owner whose calls fail with `owner.gone` once it died. */
function owner(name: string): Owner {
  let dead = false;
  let lose: () => void = () => {};
  const lost = new Promise<void>((resolve) => (lose = resolve));
  const core = fakeCore(() => {
    if (dead) throw gone();
    return name;
  });
  return {
    ...core,
    connection: { api: core.api, lost },
    die() {
      dead = true;
      lose();
    },
  };
}

async function sessionOver(...owners: readonly (Owner | Error)[]): Promise<{ session: CoreApi; opened: boolean[] }> {
  const opened: boolean[] = [];
  const session = await openSession({
    log: silentLog,
    open: async (takeover) => {
      opened.push(takeover);
      const next = owners[opened.length - 1];
      if (next === undefined || next instanceof Error) throw next ?? new Error('no owner');
      return next.connection;
    },
  });
  return { session, opened };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a session that outlives its owner', () => {
  it('reads from the next owner, and says that all lists may have changed', async () => {
    const [a, b] = [owner('a'), owner('b')];
    const { session, opened } = await sessionOver(a, b);
    const events: CoreEvent[] = [];
    session.subscribe((event) => events.push(event));
    assert.equal(await session.call('runs.list'), 'a');
    a.die();
    assert.equal(await session.call('runs.list'), 'b');
    assert.deepEqual(opened, [false, true]);
    assert.deepEqual(
      events.map((event) => event.kind === 'changed' && event.what),
      ['workflows', 'agents', 'proposals', 'runs', 'migrations', 'parity', 'audit', 'feedback', 'metrics'],
    );
    b.fire({ kind: 'changed', what: 'agents' });
    assert.deepEqual(events.at(-1), { kind: 'changed', what: 'agents' }, 'events of the next owner arrive');
    assert.equal(events.length, 10);
    await session.close();
  });

  it('sends nothing again that may have been done', async () => {
    const [a, b] = [owner('a'), owner('b')];
    const { session } = await sessionOver(a, b);
    a.die();
    const call = (session.call as (...args: readonly unknown[]) => Promise<unknown>)('proposals.undo', 'prp_1');
    await assert.rejects(call, (error) => hasCode(error, 'owner.gone'));
    assert.deepEqual([a.calls.length, b.calls.length], [1, 0]);
    await session.close();
  });

  it('tries again at the next call when no owner could be found', async () => {
    const [a, b] = [owner('a'), owner('b')];
    const { session, opened } = await sessionOver(a, new Error('the disk is full'), b);
    a.die();
    await settle();
    assert.deepEqual(opened, [false, true]);
    assert.equal(await session.call('runs.list'), 'b');
    await session.close();
  });

  it('closes also when there is no owner any more, and answers nothing after that', async () => {
    const a = owner('a');
    const { session } = await sessionOver(a, new Error('none'));
    a.die();
    await settle();
    await session.close();
    await assert.rejects(session.call('runs.list'), (error) => hasCode(error, 'workspace.closed'));
  });
});
