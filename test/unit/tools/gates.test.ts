// One process gate and one fetch gate: nothing else in src starts a program or opens a connection.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seatbeltProfile } from '#node/ports/seatbelt.ts';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';
import { createTestBench } from '#test/support/toolBench.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

/** Each with why it may. */
const STARTS: { readonly [file: string]: string } = {
  'src/cli/olderNode.ts': 'runs the command line itself again, in the Node that is installed beside it',
  'src/core/agents/tools/gitRead.ts': 'git for reading, with nothing of the repository that could run',
  'src/core/skills/history/safeGit.ts': 'git for reading, with nothing of the repository that could run',
  'src/node/ports/boundedProcess.ts': 'the process gate',
  'src/node/ports/bubblewrap.ts': 'tries the sandbox once',
  'src/node/ports/gitCommit.ts': 'a commit that a person asked for',
  'src/node/ports/gitList.ts': 'git ls-files, with nothing of the repository that could run',
  'src/node/ports/openProcess.ts': 'the process gate, for programs that stay',
  'src/node/ports/processTree.ts': 'ends a tree on Windows',
  'src/node/ports/ripgrep.ts': 'searches text, with no configuration, preprocessor or shell',
  'src/node/ports/seatbelt.ts': 'tries the sandbox once',
  'src/node/sqlite/lock.ts': 'holds the lock of the store',
};
const CONNECTS: { readonly [file: string]: string } = {
  'src/node/ports/pinnedRequest.ts': 'the fetch gate',
  'src/node/ports/addressRules.ts': 'knows addresses, connects to none',
  'src/node/ports/fetchGate.ts': 'types of the fetch gate',
  'src/core/toolPorts.ts': 'what a fetch gate is',
  'src/editor/commands/localModel.ts': 'looks for a model server on this machine, when a person asks for it',
  'src/node/owner/lines.ts': 'the local socket of the owner',
  'src/node/owner/server.ts': 'the local socket of the owner',
  'src/node/owner/client.ts': 'the local socket of the owner',
};

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(folder, name).split(path.sep).join('/'));
}

const importing = (pattern: RegExp): readonly string[] =>
  sources('src').filter((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .some((line) => pattern.test(line) && !line.startsWith('import type')),
  );

describe('the gates', () => {
  const folder = temporaryFolders();

  it('nothing else starts a program', () => {
    const files = importing(
      /from '(?:node:)?(?:child_process|cluster)'|import\('(?:node:)?child_process'\)|from 'simple-git'|execa|cross-spawn/,
    );
    assert.deepEqual(
      files.filter((file) => !(file in STARTS)),
      [],
    );
  });

  it('nothing else opens a connection; models are called by their vendors’ SDKs alone', () => {
    const files = importing(/from '(?:node:)?(?:net|http|https|http2|tls|dgram|dns|dns\/promises|undici|ws)'/);
    assert.deepEqual(
      files.filter((file) => !(file in CONNECTS) && !(file in STARTS)),
      [],
    );
    const fetching = sources('src').filter(
      (file) =>
        !file.startsWith('src/core/llm/') &&
        /(?<![.\w])fetch\(/.test(readFileSync(file, 'utf8').replaceAll(/\bfetch\(request\)|async fetch\(|^\s*(?:\*|\/\/).*$/gm, '')),
    );
    assert.deepEqual(
      fetching.filter((file) => !(file in CONNECTS)),
      [],
    );
  });

  it('the macOS profile denies by default, and no path can add a rule to it', () => {
    const profile = seatbeltProfile({ writable: '/tmp/a"b) (allow default)', readOnly: ['/x\\'], network: false });
    assert.match(profile, /^\(version 1\)\n\(deny default\)/);
    assert.match(profile, /\(deny network\*\)$/);
    assert.ok(profile.includes('(subpath "/tmp/a\\"b) (allow default)")') && profile.includes('(subpath "/x\\\\")'));
  });

  (process.platform === 'linux' ? it : it.skip)('a fork bomb ends, and what it left, too', async function bomb() {
    this.timeout(TEST_LIMIT_MS);
    const { run, dispose } = await createTestBench(folder({ 'a.txt': 'a' }), { allowed: ['execute'] });
    const said = await run('shell.run', { command: 'bomb() { bomb | bomb & }; bomb; sleep 20', timeoutMs: 15_000 });
    await dispose();
    assert.match(said, /ended: it started more than \d+ processes|Resource temporarily unavailable|[Cc]annot fork/);
    const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length;
    assert.ok(left < 1_500, `${left} processes`);
  });
});
