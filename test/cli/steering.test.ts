// A person's words reach an agent that works in another process, and stay with the run.

import assert from 'node:assert/strict';
import { assertCode, cas, casJson, newFolder, startCli } from '#test/cli/runCli.ts';
import { callTurn, deliverTurn, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';

const WORDS = 'Leave b.js alone.';
const reading = `
name: reading
version: 1.0.0
description: Reads on until it is told something.
requires: [model]
steps:
  - { key: read, agent: developer, prompt: Read on. }
`;

interface Thought {
  readonly kind: string;
  readonly role: string;
  readonly title: string;
}

describe('a word to an agent at work', () => {
  it('reaches it from another process before its next turn, is a record of the run, and is refused when nobody works', async () => {
    // Slow enough that a second process starts within its turns, whatever the machine.
    const slowly = { kind: 'keepAlive', times: 5, everyMs: 200 } as const;
    const asked = Promise.withResolvers<void>();
    const model = await startScriptedModel(({ lastUserText, index }) => {
      asked.resolve();
      if (lastUserText.includes(WORDS)) return deliverTurn({ summary: 'I leave it alone.' });
      return { ...callTurn('files_read', { path: 'a.js', from: index + 1 }, 'I read on.'), fault: slowly };
    });
    const root = newFolder({ '.cas/workflows/reading.cas.yaml': reading, 'a.js': 'a();\n'.repeat(100) });
    const run = startCli(['workflow', 'run', 'reading', '--json', '--workspace', root], { env: model.env });
    try {
      const seen = await run.until(/"type":"step\.started","path":"read"/);
      const id = /"runId":"(run_\w+)"/.exec(seen)?.[1] ?? '';
      await asked.promise;
      assertCode(await cas(['workflow', 'steer', id, 'read', ...WORDS.split(' '), '--workspace', root]), 0);
      assertCode(await run.ended, 0);
      assert.match(model.requests.at(-1)?.lastUserText ?? '', /A person who follows your work says:\nLeave b\.js alone\./);

      const thoughts = await casJson<readonly Thought[]>(['workflow', 'history', id, '--thinking', '--workspace', root]);
      assert.ok(thoughts.some(({ role, title }) => role === 'gate' && title.includes(WORDS)));
      assert.ok(thoughts.some(({ kind, role }) => kind === 'verdict' && role === 'critic'));
      assert.ok(thoughts.some(({ kind }) => kind === 'plan'));
      const late = await cas(['workflow', 'steer', id, 'read', 'More', '--workspace', root]);
      assert.notEqual(late.code, 0);
      assert.match(late.stderr, /no agent/i);
    } finally {
      run.child.kill('SIGKILL');
      await run.ended;
      await model.close();
    }
  });
});
