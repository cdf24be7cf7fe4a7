// The editor's own models as a provider, against a language model extension in the same host.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isAbort } from '#base/errors.ts';
import type { ChatMessage, ModelEvent, ModelRequest } from '#core/llm/provider.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import { createEditorModels } from '#editor/editorModels.ts';
import { extension, until } from '#test/host/support/extension.ts';

const user = (text: string): ChatMessage => ({ role: 'user', parts: [{ kind: 'text', text }] });

function request(messages: readonly ChatMessage[]): ModelRequest {
  return {
    model: 'fake-1',
    system: 'You review code.',
    messages,
    tools: [{ name: 'files_read', description: 'Reads a file.', parameters: { type: 'object' } }],
    toolChoice: 'auto',
    maxOutputTokens: 100,
    temperature: null,
  };
}

async function ask(text: string, limits = defaultStreamLimits): Promise<ModelEvent[]> {
  return collect(request([user(text)]), limits);
}

async function collect(asked: ModelRequest, limits = defaultStreamLimits): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of createEditorModels(() => undefined, limits).stream(asked, { signal: new AbortController().signal }))
    events.push(event);
  return events;
}

const textOf = (events: readonly ModelEvent[]): string => events.map((event) => (event.kind === 'text' ? event.text : '')).join('');

describe("the editor's own models", () => {
  const models = createEditorModels(() => undefined);
  before(async () => {
    await extension().activate();
    await vscode.commands.executeCommand('fakeModel.offer', true);
    await until(() => models.available(), 'a model in the editor');
  });
  after(() => vscode.commands.executeCommand('fakeModel.offer', false));

  it('are a provider of the workspace while the editor has any', async () => {
    const { core } = await extension().activate();
    const api = await core.get();
    const { providers } = await api.call('workspace.info');
    assert.ok(providers.includes('editor'), providers.join());
  });

  it('stream text and end with done', async () => {
    const events = await ask('hello');
    assert.equal(textOf(events), 'You said hello');
    assert.deepEqual(events.at(-1), { kind: 'done', stop: 'end' });
  });

  it('return parallel tool calls, and take their results back', async () => {
    const events = await ask('call');
    const calls = events.filter((event) => event.kind === 'toolCall');
    assert.deepEqual(
      calls.map(({ id, name, args }) => [id, name, args]),
      [
        ['a', 'files_read', { path: 'a.ts' }],
        ['b', 'files_read', { path: 'b.ts' }],
      ],
    );
    assert.deepEqual(events.at(-1), { kind: 'done', stop: 'toolCalls' });
    const result = { kind: 'toolResult', id: 'a', name: 'files_read', text: '1: let a', isError: false } as const;
    const next = [user('call'), { role: 'assistant', parts: calls }, { role: 'user', parts: [result, ...user('go on').parts] }] as const;
    assert.equal(textOf(await collect(request(next))), 'You said go on + 1: let a');
  });

  it('never give an empty answer for a whole one', async () => {
    await assert.rejects(ask('nothing'), { code: 'llm.truncated' });
  });

  it('that fail are an error another provider may mend', async () => {
    await assert.rejects(ask('fail'), (thrown: { code: string }) => ['llm.server', 'llm.truncated'].includes(thrown.code));
  });

  it('that hang end at the time limit', async () => {
    await assert.rejects(ask('hang', { ...defaultStreamLimits, totalMs: 300 }), { code: 'llm.timeout' });
  });

  it('end at once when the call is aborted', async () => {
    const controller = new AbortController();
    const run = (async () => {
      for await (const event of models.stream(request([user('hang')]), { signal: controller.signal }))
        if (event.kind === 'text') controller.abort();
    })();
    await assert.rejects(run, (error) => isAbort(error));
  });
});
