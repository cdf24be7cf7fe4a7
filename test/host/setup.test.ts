// What setting up asks and understands: model servers on this machine, amounts of money.

import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hasCode } from '#base/errors.ts';
import { parseDollars } from '#editor/commands/budgetCommand.ts';
import { modelsAt } from '#editor/commands/localModel.ts';

describe('a model server on this machine', () => {
  let server: Server;
  let url = '';
  let answer: { readonly status: number; readonly body: string; readonly location?: string };

  before(async () => {
    server = createServer((request, response) => {
      assert.equal(request.url, '/v1/models');
      response.writeHead(answer.status, { ...(answer.location !== undefined && { location: answer.location }) }).end(answer.body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  after(() => server.close());

  it('lists its models by what it says of itself', async () => {
    answer = { status: 200, body: JSON.stringify({ data: [{ id: 'qwen3' }, { id: 'llama4' }, { id: 7 }, {}] }) };
    assert.deepEqual(await modelsAt(url), ['qwen3', 'llama4']);
    answer = { status: 200, body: '{}' };
    assert.deepEqual(await modelsAt(url), []);
  });

  it('is none when it refuses, sends elsewhere, speaks something else or is not there', async () => {
    const noServer = (error: unknown): boolean => hasCode(error, 'editor.noLocalModel');
    for (const wrong of [
      { status: 404, body: '' },
      { status: 302, body: '', location: 'http://example.test/' },
      { status: 200, body: '<html>' },
    ]) {
      answer = wrong;
      await assert.rejects(modelsAt(url), noServer, JSON.stringify(wrong));
    }
    await assert.rejects(modelsAt('http://127.0.0.1:1/v1'), noServer);
  });
});

describe('an amount of money', () => {
  it('is taken with and without its sign, in micro dollars, from a cent on', () => {
    for (const [text, amount] of [
      ['5', 5_000_000],
      ['$0.01', 10_000],
      [' 2.50 ', 2_500_000],
      ['0', null],
      ['0.001', null],
      ['', null],
      ['five', null],
      ['1e999', null],
    ] as const)
      assert.equal(parseDollars(text), amount, text);
  });
});
