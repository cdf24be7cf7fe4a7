// Keys that nobody else has, put in by the test: after runs with errors that echo them, a rotation, a replay and every kind of
// export they are searched for in everything that is left.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, type CliOptions, type Ended, newFolder, sampleRepository } from '#test/cli/runCli.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import { callTurn, deliverAnything } from '#test/support/vendors/scriptedModel.ts';
import type { SeenRequest, Turn } from '#test/support/vendors/turn.ts';

const canary = (): string => `sk-canary-${randomBytes(24).toString('hex')}`;
const [first, second, rotated, other] = [canary(), canary(), canary(), canary()];
const KEYS = [first, second, rotated, other];
/** Also as an HTTP library, a URL or a log might write it. */
const FORMS = KEYS.flatMap((key) => [key, Buffer.from(key).toString('base64').slice(0, -4), key.slice(10)]);

interface AuditEntry {
  readonly action: string;
  readonly target: string;
  readonly data: { readonly uses?: readonly object[]; readonly from?: string; readonly to?: string };
}

function assertNowhere(what: string, text: string | Buffer): void {
  for (const form of FORMS) assert.ok(!text.includes(form), `a key is in ${what}`);
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Refuses one key and echoes it; answers the others, and echoes them in text, thought and arguments. */
function echoing(request: SeenRequest): Turn {
  const key = /Bearer (.+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
  const message = `Incorrect API key provided: ${key}`;
  if (key === first) return { fault: { kind: 'status', status: 401, type: 'authentication_error', message } };
  if (request.index % 5 === 3) return { fault: { kind: 'status', status: 500, type: 'api_error', message } };
  const said = { text: `I was called with ${key}.`, reasoning: `The key is ${key}.` };
  if (request.toolResults.length === 0 && request.tools.includes('files_search'))
    return { ...callTurn('files_search', { query: `key ${key}` }), ...said };
  return { ...deliverAnything(request), ...said };
}

describe('a canary key', () => {
  it('is in no file, log, event, prompt, message, audit entry, recording or export, whatever happens', async () => {
    const anthropic = await startAnthropicServer(echoing);
    const openai = await startOpenaiServer((request) => ({
      fault: { kind: 'status', status: 400, message: request.headers['authorization'] ?? '' },
    }));
    const [root, recordings, exported] = [sampleRepository(), newFolder(), newFolder()];
    const env = (key: string): CliOptions['env'] & object => ({
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_BASE_URL: anthropic.baseUrl,
      OPENAI_API_KEY: other,
      OPENAI_BASE_URL: openai.baseUrl,
      CAS_RECORD_TO: recordings,
      CAS_LOG: 'debug',
    });
    const ended: Ended[] = [];
    const run = async (args: readonly string[], more: CliOptions['env'] & object): Promise<Ended> => {
      const done = await cas([...args, '--workspace', root], { env: more });
      ended.push(done);
      return done;
    };
    try {
      const review = ['workflow', 'run', 'code-review', '--json', '--cache'];
      assertCode(await run(review, { ...env(first), ANTHROPIC_API_KEY_2: second }), 0);
      assertCode(await run(review, env(rotated)), 0);
      await run(['providers', 'test', 'anthropic'], env(first));
      await run(['providers', 'test', 'openai', '--json'], env(rotated));
      for (const shown of ['history', 'status', 'graph']) await run(['workflow', shown, 'latest', '--json'], env(rotated));
      for (const args of [['providers', 'health'], ['costs'], ['agents', 'list', '--json'], ['audit', 'list', '--json']])
        await run(args, env(rotated));
      assertCode(await run(['audit', 'export', path.join(exported, 'audit.jsonl')], env(rotated)), 0);
      assertCode(await run(['store', 'backup', path.join(exported, 'copy.db')], env(rotated)), 0);

      const keysSeen = new Set(anthropic.requests.map(({ headers }) => headers['authorization']?.slice('Bearer '.length)));
      assert.deepEqual(keysSeen, new Set([first, second, rotated]), 'all three were in use');
      for (const { stdout, stderr } of ended) assertNowhere('the output', stdout + stderr);
      for (const file of [root, recordings, exported].flatMap(filesBelow)) assertNowhere(file, readFileSync(file));
      for (const { body } of [...anthropic.requests, ...openai.requests]) assertNowhere('a prompt', JSON.stringify(body));
      assert.ok(filesBelow(recordings).length > 0);

      const { entries } = await casJson<{ entries: readonly AuditEntry[] }>(['audit', 'list', '--workspace', root, '--limit', '200']);
      const actions = new Set(entries.map(({ action }) => action));
      for (const action of ['key.used', 'key.refused', 'key.changed'])
        assert.ok(actions.has(action), `${action} in ${[...actions].join()}`);
      const uses = entries.filter(({ action, target }) => action === 'key.used' && target.startsWith('ANTHROPIC'));
      assert.equal(uses.flatMap(({ data }) => data.uses ?? []).length, anthropic.requests.length, 'an entry for each use');
    } finally {
      await Promise.all([anthropic.close(), openai.close()]);
    }
  });
});
