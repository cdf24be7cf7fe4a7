import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { watchActing } from '#node/ports/watchActing.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

describe('watching agents and workflows', () => {
  const temporaryFolder = temporaryFolders();

  /** Resolves with the next change after `act`; a change that never comes is the test's time limit. */
  function watched(root: string) {
    let told = 0;
    let wake = (): void => {};
    const watching = watchActing({
      root,
      log,
      changed: async () => {
        told += 1;
        wake();
      },
    });
    const after = (act: () => void): Promise<number> =>
      new Promise((resolve) => {
        wake = () => resolve(told);
        act();
      });
    return { watching, after, told: () => told };
  }

  it('tells of a file that is added, changed and removed, also in folders that were not there at first', async () => {
    const root = temporaryFolder();
    const { watching, after } = watched(root);
    try {
      for (const folder of ['.cas/agents', '.claude/agents', '.github/agents', '.cas/workflows']) {
        const file = path.join(root, folder, 'a.md');
        await after(() => {
          mkdirSync(path.dirname(file), { recursive: true });
        });
        await after(() => writeFileSync(file, 'one'));
        await after(() => writeFileSync(file, 'two'));
        await after(() => rmSync(file));
      }
    } finally {
      watching.dispose();
    }
  });

  it('begins beside what is no folder, and beside a link in a circle', () => {
    const root = temporaryFolder({ '.github': 'a file' });
    symlinkSync('.claude', path.join(root, '.claude'));
    watched(root).watching.dispose();
  });

  it('goes on after a folder was replaced by another one, as a checkout does', async () => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.cas', 'agents'), { recursive: true });
    mkdirSync(path.join(root, '.cas', 'next'));
    const { watching, after } = watched(root);
    try {
      await after(() => {
        rmSync(path.join(root, '.cas', 'agents'), { recursive: true });
        renameSync(path.join(root, '.cas', 'next'), path.join(root, '.cas', 'agents'));
      });
      await after(() => writeFileSync(path.join(root, '.cas', 'agents', 'a.md'), 'x'));
    } finally {
      watching.dispose();
    }
  });

  it('tells nothing of the store beside them', async () => {
    const root = temporaryFolder();
    mkdirSync(path.join(root, '.cas', 'agents'), { recursive: true });
    const { watching, after } = watched(root);
    try {
      const told = await after(() => {
        for (let n = 0; n < 20; n += 1) writeFileSync(path.join(root, '.cas', 'store.db'), String(n));
        setTimeout(() => writeFileSync(path.join(root, '.cas', 'agents', 'a.md'), 'x'), 400);
      });
      assert.equal(told, 1, 'the agent alone, although the store was written well before it');
    } finally {
      watching.dispose();
    }
  });
});
