// A command loads what it needs and no more: measured in code, not in time, so that a busy machine changes nothing.

import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertCode, cas, sampleRepository } from '#test/cli/runCli.ts';

const hook = `data:text/javascript,${encodeURIComponent(
  'import { registerHooks } from "node:module"; registerHooks({ load(url, context, next) { process.stderr.write(`LOADED ${url}\\n`); return next(url, context); } });',
)}`;

/** Bytes of all modules that a command loads in its main thread, by file. */
async function loaded(args: readonly string[], cwd: string): Promise<ReadonlyMap<string, number>> {
  const ended = await cas(args, { cwd, env: { NODE_OPTIONS: `--import=${hook}` } });
  assertCode(ended, 0);
  const files = [...ended.stderr.matchAll(/^LOADED (file:\S+)$/gm)].map((match) => fileURLToPath(match[1] ?? ''));
  return new Map(files.map((file) => [file, statSync(file).size]));
}

const total = (files: ReadonlyMap<string, number>): number => [...files.values()].reduce((sum, size) => sum + size, 0);

describe('what a start loads', () => {
  it('is under 100 KB for --version and --help', async () => {
    for (const args of [['--version'], ['--help'], ['workflow', 'run', '--help']]) {
      const files = await loaded(args, '/');
      assert.ok(files.size > 0 && total(files) < 100_000, `${args.join(' ')}: ${total(files)} bytes`);
    }
  });

  it('leaves the store and the vendors alone for `workflow list`, and makes no folder', async () => {
    const root = sampleRepository();
    const files = await loaded(['workflow', 'list'], root);
    const names = [...files.keys()].map((file) => path.basename(file)).join(' ');
    assert.doesNotMatch(names, /openai|sdk|sql|storeWorker|log-update/i);
    assert.ok(!existsSync(path.join(root, '.cas')));
  });
});
