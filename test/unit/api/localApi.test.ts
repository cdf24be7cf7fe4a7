import assert from 'node:assert/strict';
import { Emitter } from '#base/emitter.ts';
import { type AppError, hasCode } from '#base/errors.ts';
import { LocalApi } from '#core/api/localApi.ts';
import type { CoreEvent, CoreMethods } from '#protocol/api.ts';
import { argumentSchemas } from '#protocol/apiSchemas.ts';
import { silentLog } from '#test/unit/owner/serverFixture.ts';

/** Handlers that write down what reaches them. */
function recording() {
  const asked: unknown[] = [];
  const handlers = new Proxy({} as CoreMethods, {
    get:
      (_, method) =>
      async (...args: unknown[]) =>
        void asked.push([method, ...args]),
  });
  const events = new Emitter<CoreEvent>(() => {});
  const api = new LocalApi({ handlers, events, log: silentLog, shutdown: async () => {} });
  return { asked, call: api.call.bind(api) as (method: string, ...args: readonly unknown[]) => Promise<unknown> };
}

describe('a call within the process', () => {
  it('is refused by every method with arguments that no schema takes, before a handler sees them', async () => {
    const { asked, call } = recording();
    for (const method of Object.keys(argumentSchemas))
      await assert.rejects(call(method, 'one', 'two', 'three'), (error) => hasCode(error, 'api.badArguments'), method);
    assert.deepEqual(asked, []);
  });

  it('needs an id where one is due, and says where it is missing', async () => {
    const { asked, call } = recording();
    for (const id of [undefined, null, '', 5, {}])
      for (const method of ['runs.get', 'runs.resume', 'runs.report', 'agents.get', 'proposals.get', 'dlq.redrive'])
        await assert.rejects(call(method, id), (error) => hasCode(error, 'api.badArguments'), `${method} ${JSON.stringify(id)}`);
    await assert.rejects(call('runs.pause', {}), (error: AppError) => {
      assert.match(error.message, /^Bad arguments for runs\.pause: id: /);
      assert.deepEqual(error.details, { method: 'runs.pause', at: ['0', 'id'] });
      return true;
    });
    assert.deepEqual(asked, []);
  });

  it('reaches its handler as it is when its arguments fit, options left out or undefined', async () => {
    const { asked, call } = recording();
    await call('runs.list');
    await call('runs.list', undefined);
    await call('runs.cancel', { id: 'run_1', reason: undefined });
    assert.deepEqual(asked, [['runs.list'], ['runs.list', undefined], ['runs.cancel', { id: 'run_1', reason: undefined }]]);
  });

  it('is refused when there is no such method, whatever every object has', async () => {
    const { asked, call } = recording();
    for (const method of ['runs.explode', 'toString', '__proto__'])
      await assert.rejects(call(method), (error) => hasCode(error, 'api.unknownMethod'));
    assert.deepEqual(asked, []);
  });
});
