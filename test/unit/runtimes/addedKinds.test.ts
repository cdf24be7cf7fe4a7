import assert from 'node:assert/strict';
import { toDisposable } from '#base/disposable.ts';
import { hasCode } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { AddedKinds } from '#core/runtimes/addedKinds.ts';
import { thirdKind } from '#test/support/thirdRuntime.ts';

/** A core that only notes which runtimes it has. */
function core() {
  const runtimes: string[] = [];
  const register = ({ id }: RuntimeKind) => {
    runtimes.push(id);
    return toDisposable(() => void runtimes.splice(runtimes.indexOf(id), 1));
  };
  return { runtimes, register };
}

describe('kinds of runtime that others add', () => {
  it('are had by every core that is open, and by those opened later', () => {
    const kinds = new AddedKinds();
    const [first, second] = [core(), core()];
    kinds.attach(first.register);
    const added = kinds.add(thirdKind);
    kinds.attach(second.register);
    assert.deepEqual([first.runtimes, second.runtimes], [['third'], ['third']]);
    added.dispose();
    assert.deepEqual([first.runtimes, second.runtimes], [[], []]);
    kinds.add(thirdKind);
    assert.deepEqual([first.runtimes, second.runtimes], [['third'], ['third']]);
  });

  it('leave a core alone that was closed', () => {
    const kinds = new AddedKinds();
    const closed = core();
    kinds.attach(closed.register).dispose();
    kinds.add(thirdKind);
    assert.deepEqual(closed.runtimes, []);
  });

  it('are refused with an id that is taken or that no workflow could name', () => {
    const kinds = new AddedKinds();
    kinds.add(thirdKind);
    for (const id of ['third', 'custom', 'langgraph'])
      assert.throws(
        () => kinds.add({ ...thirdKind, id }),
        (error) => hasCode(error, 'runtime.duplicate'),
      );
    for (const id of ['', 'Third', 'my runtime', '1st', '../x'])
      assert.throws(
        () => kinds.add({ ...thirdKind, id }),
        (error) => hasCode(error, 'runtime.badId'),
      );
  });

  it('are as if never added when one cannot be made', () => {
    const kinds = new AddedKinds();
    const refusing = () => {
      throw new Error('no room');
    };
    const detached = kinds.attach(refusing);
    assert.throws(() => kinds.add(thirdKind), /no room/);
    detached.dispose();
    const later = core();
    kinds.attach(later.register);
    assert.deepEqual(later.runtimes, []);
  });
});
