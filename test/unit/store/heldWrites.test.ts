import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type FileOperation, HostFiles } from '#node/sqlite/hostFiles.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const { O_CREAT, O_RDWR } = fs.constants;

describe('writes of SQLite', () => {
  const folder = temporaryFolders();
  const refused = Object.assign(new Error('full'), { code: 'ENOSPC' });
  let seen: string[];
  let refuses: (operation: FileOperation) => boolean;
  let files: HostFiles;
  let root: string;

  beforeEach(() => {
    seen = [];
    refuses = () => false;
    root = folder();
    files = new HostFiles({
      before(operation) {
        const { kind, offset = '', data = [] } = operation;
        seen.push([kind, path.basename(operation.path), offset, data.map((bytes) => bytes.length).join()].join(' ').trim());
        if (refuses(operation)) throw refused;
      },
    });
  });
  afterEach(() => files.abandon());

  function open(name: string): number {
    const id = files.open(path.join(root, name), O_RDWR | O_CREAT, 0o600);
    seen = [];
    return id;
  }

  const write = (id: number, offset: number, text: string): void => {
    files.seek(id, offset, 'start');
    assert.equal(files.write(id, [Buffer.from(text)]), text.length);
  };
  const textOf = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8');

  it('that continue each other reach the disk as one, before they are synced', () => {
    const id = open('wal');
    write(id, 0, 'head');
    write(id, 4, 'page');
    files.write(id, [Buffer.from('he'), Buffer.from('ad')]);
    assert.equal(textOf('wal'), '');
    files.sync(id);
    assert.deepEqual(seen, ['write wal 0 12', 'sync wal']);
    assert.equal(textOf('wal'), 'headpagehead');
  });

  it('keep their order where they overlap, leave a gap or change the file', () => {
    const [wal, db] = [open('wal'), open('db')];
    write(wal, 0, 'aaaa');
    write(wal, 2, 'bb');
    write(db, 0, 'cc');
    write(db, 4, 'dd');
    write(wal, 4, 'ee');
    files.sync(db);
    assert.deepEqual(seen, ['write wal 0 4', 'write wal 2 2', 'write db 0 2', 'write db 4 2', 'write wal 4 2', 'sync db']);
    assert.deepEqual([textOf('wal'), textOf('db')], ['aabbee', 'cc\0\0dd']);
  });

  it('come before whatever looks at the file or changes it otherwise', () => {
    const id = open('wal');
    const other = open('other');
    const looks: readonly (readonly [string, () => unknown, unknown])[] = [
      ['read', () => files.seek(id, 0, 'start') + files.read(id, [Buffer.alloc(9)]), 4],
      ['size', () => files.stat(id).size, 4],
      ['end', () => files.seek(id, 0, 'end'), 4],
      ['size of another', () => files.stat(other).size, 0],
      ['truncation', () => files.truncate(id, 2), undefined],
      ['open', () => files.close(files.open(path.join(root, 'third'), O_RDWR | O_CREAT, 0o600)), undefined],
      ['deletion', () => files.unlink(path.join(root, 'third')), undefined],
    ];
    for (const [name, look, answer] of looks) {
      fs.truncateSync(path.join(root, 'wal'));
      seen = [];
      write(id, 0, 'data');
      assert.equal(look(), answer, name);
      assert.equal(seen[0], 'write wal 0 4', name);
    }
    write(id, 0, 'last');
    files.close(id);
    assert.equal(textOf('wal'), 'last');
  });

  it('larger than what is held at once arrive whole', () => {
    const id = open('wal');
    const large = 'x'.repeat(300_000) + 'y'.repeat(300_000);
    write(id, 0, 'head');
    write(id, 4, large);
    files.sync(id);
    assert.equal(textOf('wal'), `head${large}`);
  });

  it('that are refused fail the sync, name the file and the reason, and are not made later', () => {
    const id = open('wal');
    refuses = ({ kind }) => kind === 'write';
    write(id, 0, 'lost');
    assert.throws(() => files.sync(id), { code: 'ENOSPC' });
    assert.deepEqual(files.takeFault(), { code: 'ENOSPC', path: path.join(root, 'wal') });
    assert.deepEqual(seen, ['write wal 0 4'], 'nothing is synced after a write that failed');
    refuses = () => false;
    files.sync(id);
    assert.equal(textOf('wal'), '');
  });

  it('go nowhere when the connection is given up, and a file that cannot be written is closed all the same', () => {
    const id = open('wal');
    write(id, 0, 'gone');
    files.abandon();
    assert.equal(textOf('wal'), '');
    const again = open('wal');
    refuses = () => true;
    write(again, 0, 'lost');
    assert.throws(() => files.close(again), { code: 'ENOSPC' });
    assert.equal(files.has(again), false);
  });
});
