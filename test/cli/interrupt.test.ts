// Ctrl-C, a reader that goes away, and a dry run: nothing is left that should not be.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, cli, newFolder, sampleRepository, startCli } from '#test/cli/runCli.ts';
import { PATIENCE_MS } from '#test/support/patience.ts';

const marker = `cas-orphan-${process.pid}`;
/** A test command that never ends, with a name that can be found among the processes. */
const endless = {
  'package.json': JSON.stringify({ name: 'endless', version: '1.0.0', scripts: { test: `node endless.js ${marker}` } }),
  'package-lock.json': JSON.stringify({ name: 'endless', version: '1.0.0', lockfileVersion: 3, packages: {} }),
  'endless.js': 'console.log("1..1"); setInterval(() => {}, 1000);\n',
  '.cas/workflows/endless.cas.yaml': `
name: endless
version: 1.0.0
description: Never ends by itself.
steps:
  - { key: look, agent: analyst, action: project.detect }
  - { key: tests, agent: tester, action: tests.run, dependsOn: look, timeout: 10m }
`,
};

function strays(): readonly string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.includes(marker) && !line.includes('ps -eo'));
}

async function eventually(holds: () => boolean, what: string): Promise<void> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; !holds();) {
    assert.ok(Date.now() < giveUpAt, what);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a run that is interrupted', () => {
  for (const times of [1, 2]) {
    it(`${times === 1 ? 'stops' : 'ends at once'} after Ctrl-C ${times === 1 ? 'once' : 'twice'} with code 130, leaves no process, and can be resumed`, async () => {
      const root = newFolder(endless);
      const running = startCli(['workflow', 'run', 'endless', '--workspace', root, '--allow-unsandboxed']);
      await running.until('● tests');
      await eventually(() => strays().length > 0, 'the command of the workspace runs');
      running.child.kill('SIGINT');
      if (times === 2) setTimeout(() => running.child.kill('SIGINT'), 20);
      const ended = await running.ended;
      assertCode(ended, 130);
      if (times === 1) assert.match(ended.stderr, /Go on with:\n {2}cas workflow resume run_\w+ --workspace /);
      await eventually(() => strays().length === 0, `left: ${strays().join('\n')}`);
      const again = startCli(['workflow', 'resume', 'latest', '--workspace', root, '--allow-unsandboxed']);
      await again.until('✔ look');
      await again.until('● tests');
      again.child.kill('SIGINT');
      assertCode(await again.ended, 130);
    });
  }

  it('is paused when its reader goes away, and other commands do not mind', async () => {
    const root = sampleRepository();
    const command = `"$0" "$1" workflow run code-review --json --workspace "$2" | head -n 3; echo "\${PIPESTATUS[0]}"`;
    const piped = spawn('bash', ['-c', command, process.execPath, cli, root], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    piped.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    await new Promise((resolve) => piped.on('close', resolve));
    const lines = stdout.trim().split('\n');
    assert.deepEqual([lines.length, lines[3]], [4, '130']);
    for (const line of lines.slice(0, 3)) JSON.parse(line);
    assertCode(await cas(['workflow', 'resume', 'latest', '--workspace', root]), 0);
    const listed = execFileSync('bash', [
      '-c',
      `"$0" "$1" agents list --workspace "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`,
      process.execPath,
      cli,
      root,
    ]);
    assert.equal(listed.toString().trim().split('\n').at(-1), '0');
  });
});

describe('a dry run', () => {
  /** Every file and folder below, with its bytes and mode. */
  function contents(folder: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const full = path.join(entry.parentPath, entry.name);
      const { mode, mtimeMs } = statSync(full, { throwIfNoEntry: false }) ?? { mode: 0, mtimeMs: 0 };
      const bytes = entry.isFile() ? createHash('sha256').update(readFileSync(full)).digest('hex') : '';
      found.set(path.relative(folder, full), `${mode} ${mtimeMs} ${bytes}`);
    }
    return found;
  }

  it('shows what would be proposed and leaves nothing behind, in the workspace or elsewhere', async () => {
    const root = sampleRepository();
    const temporary = newFolder();
    const before = contents(root);
    const ended = await cas(['--mode', 'dry-run', 'workflow', 'run', 'code-review', '--workspace', root], {
      env: { TMPDIR: temporary, HOME: temporary },
    });
    assertCode(ended, 0);
    assert.match(ended.stdout, /4 findings: 3 high, 1 info\n {2}high {6}src\/compare\.js:1 /);
    assert.match(ended.stdout, /1 proposal would be made; a dry run keeps none of it/);
    assert.match(ended.stdout, /^\+export const isNumber = \(value\) => Number\.isNaN\(value\);$/m);
    assert.deepEqual(contents(root), before);
    assert.deepEqual(readdirSync(temporary), []);
  });
});
