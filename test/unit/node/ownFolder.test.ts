import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { prepareOwnFolder } from '#node/ownFolder.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

describe('the own folder of a workspace', () => {
  const folder = temporaryFolders();

  it('is made with what keeps it out of version control, and left as it is the second time', async () => {
    const root = folder();
    await prepareOwnFolder(root);
    await prepareOwnFolder(root);
    assert.match(readFileSync(join(root, '.cas/.gitignore'), 'utf8'), /^\/\*$/m);
  });

  it('is refused when it, or the folder of runs in it, leads out of the workspace', async () => {
    const [outside, root, other] = [folder(), folder(), folder({ '.cas/.gitignore': '' })];
    symlinkSync(outside, join(root, '.cas'));
    symlinkSync(join(outside, 'later'), join(other, '.cas/runs'));
    for (const one of [root, other]) await assert.rejects(prepareOwnFolder(one), { code: 'store.unsafeFolder' });
    assert.equal(existsSync(join(outside, 'later')), false);
  });

  for (const name of ['store.db', 'store.db-wal', 'store.db-journal', 'store.db.lock']) {
    it(`is refused when a repository ships ${name} as a link, also to a file of its own`, async () => {
      const root = folder({ 'src/a.ts': 'mine' });
      mkdirSync(join(root, '.cas'));
      symlinkSync('../src/a.ts', join(root, '.cas', name));
      await assert.rejects(prepareOwnFolder(root), { code: 'store.unsafeFolder' });
      assert.equal(readFileSync(join(root, 'src/a.ts'), 'utf8'), 'mine');
    });
  }
});
