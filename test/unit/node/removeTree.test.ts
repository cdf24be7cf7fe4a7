import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '#node/ports/removeTree.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

describe('a folder to be removed', () => {
  const folder = temporaryFolders();
  const deeds = {
    'is nested deeper than a path can say':
      'p=.; for i in $(seq 55); do p=$p/dddddddddddddddddddddddddddddddddddddddd; done; mkdir -p a/$p b/$p; touch b/$p/end; mv b a/$p/',
    'has folders that may not be looked into': 'mkdir -p a/b/c; touch a/b/c/x; chmod 0 a/b/c; chmod 0 a/b; chmod 0555 a',
    'has names that are no UTF-8': 'n=$(printf "bad\\377"); mkdir -p "$n/$n"; touch "$n/$n/$n"; chmod 0 "$n/$n"; chmod 0555 "$n"',
    'has links to what is not its own': 'ln -s ../outside link; ln -s / root; ln -s link loop',
  };
  for (const [what, deed] of Object.entries(deeds)) {
    it(`goes though it ${what}, and nothing else with it`, async () => {
      const base = folder({ 'tree/file': 'x', 'outside/keep': 'kept' });
      const tree = join(base, 'tree');
      assert.equal(spawnSync('/bin/sh', ['-c', deed], { cwd: tree, encoding: 'utf8' }).stderr, '');
      await removeTree(tree);
      assert.equal(existsSync(tree), false);
      assert.equal(readFileSync(join(base, 'outside/keep'), 'utf8'), 'kept');
      await removeTree(tree);
    });
  }
});
