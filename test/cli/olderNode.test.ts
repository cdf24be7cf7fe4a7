import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
/** Runs before the program and makes this Node say it is an old one. */
const OLD = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"18.20.8"})';

function start(folder: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--import', OLD, path.join(folder, 'cli.mjs'), '--version'], { encoding: 'utf8' });
}

describe('cas on a Node that is too old', () => {
  const folder = temporaryFolders();

  it('goes on in the Node that was installed with it', () => {
    const { version } = JSON.parse(readFileSync(path.join(dist, '..', 'package.json'), 'utf8')) as { readonly version: string };
    const { status, stdout, stderr } = start(dist);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('says what it needs where there is none', () => {
    const alone = path.join(folder({}), 'dist');
    cpSync(dist, alone, { recursive: true });
    const { status, stderr } = start(alone);
    assert.equal(status, 4);
    assert.match(stderr, /Node 22 or newer is needed/);
  });
});
