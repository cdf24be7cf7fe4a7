import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#base/json.ts';
import { createAuditRepository } from '#core/store/audit.ts';
import { checkLines } from '#core/store/audit/file.ts';
import type { SqlValue } from '#core/store/connection.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { AuditRepository } from '#core/store/store.ts';
import type { LocalConnection } from '#node/sqlite/localConnection.ts';
import { localConnection } from '#test/unit/store/testFiles.ts';

const seed = Number(process.env['CAS_SEED'] ?? Date.now() % 1_000_000);
const entry = (n: number, data: Json = { n, why: 'so' }) => ({
  at: 1_000 + n,
  actor: 'person',
  action: 'run.decide',
  target: `run_${n}`,
  data,
});

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

async function exported(audit: AuditRepository): Promise<string> {
  let text = '';
  for (let after: number | null = 0; after !== null;) {
    const part = await audit.export({ after, now: 5_000 });
    text += part.text;
    after = part.next;
  }
  return text;
}

describe('the audit chain', () => {
  let connection: LocalConnection;
  let audit: AuditRepository;
  const run = (sql: string, ...parameters: SqlValue[]): Promise<void> => connection.commit([{ sql, parameters }]);

  beforeEach(async () => {
    connection = await localConnection(null);
    await migrate(connection, { now: 1 });
    audit = createAuditRepository(connection);
  });
  afterEach(() => connection.close());

  const fill = async (count: number): Promise<void> => {
    for (let n = 1; n <= count; n += 1) await audit.append(entry(n));
  };

  it('links each entry to the one before and is verified whole', async () => {
    await fill(3);
    const { entries } = await audit.page();
    const [third, second, first] = entries;
    assert.deepEqual([first?.prev, second?.prev, third?.prev], ['0'.repeat(64), first?.hash, second?.hash]);
    assert.deepEqual(await audit.verify(), {
      entries: 3,
      verified: 3,
      since: 1_001,
      head: { id: 3, hash: third?.hash },
      late: 0,
      removedTo: 0,
      broken: null,
    });
  });

  it('keeps the order of the calls when they come at once, also through two repositories', async () => {
    const other = createAuditRepository(connection);
    await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? audit : other).append(entry(n))));
    assert.deepEqual((await audit.verify()).broken, null);
    const own = (await audit.page({ limit: 100 })).entries.filter((one) => one.at % 2 === 0).map((one) => one.at);
    assert.deepEqual(
      own,
      own.toSorted((a, b) => b - a),
    );
  });

  it('is empty and verified before the first entry', async () => {
    assert.deepEqual(await audit.verify(), { entries: 0, verified: 0, since: null, head: null, late: 0, removedTo: 0, broken: null });
  });

  const faults: readonly [string, string, { readonly id: number; readonly reason: string; readonly verified: number }][] = [
    ['an edited text', "UPDATE audit SET target = 'run_9' WHERE id = 3", { id: 3, reason: 'edited', verified: 2 }],
    ['a time one millisecond off', 'UPDATE audit SET at = at + 1 WHERE id = 3', { id: 3, reason: 'edited', verified: 2 }],
    ['a space in the data', "UPDATE audit SET data = data || ' ' WHERE id = 3", { id: 3, reason: 'edited', verified: 2 }],
    ['the mark of a later chaining', 'UPDATE audit SET late = 1 WHERE id = 3', { id: 3, reason: 'edited', verified: 2 }],
    ['a removed entry', 'DELETE FROM audit WHERE id = 3', { id: 3, reason: 'missing', verified: 2 }],
    ['removed entries at the start', 'DELETE FROM audit WHERE id < 3', { id: 3, reason: 'start', verified: 0 }],
    ['removed entries at the end', 'DELETE FROM audit WHERE id > 3', { id: 4, reason: 'end', verified: 3 }],
    ['a removed trail', 'DELETE FROM audit', { id: 1, reason: 'end', verified: 0 }],
    [
      'an added entry',
      'INSERT INTO audit SELECT 6, at, actor, action, target, data, late, hash, hash FROM audit WHERE id = 5',
      { id: 6, reason: 'edited', verified: 5 },
    ],
  ];
  for (const [what, sql, { id, reason, verified }] of faults) {
    it(`finds ${what}`, async () => {
      await fill(5);
      await run(sql);
      const found = await audit.verify();
      assert.deepEqual([found.broken?.id, found.broken?.reason, found.verified], [id, reason, verified]);
    });
  }

  it('finds two entries that changed places', async () => {
    await fill(5);
    await connection.commit(
      ['UPDATE audit SET id = 99 WHERE id = 2', 'UPDATE audit SET id = 2 WHERE id = 3', 'UPDATE audit SET id = 3 WHERE id = 99'].map(
        (sql) => ({ sql, parameters: [] }),
      ),
    );
    assert.equal((await audit.verify()).broken?.id, 2);
  });

  it('finds any single byte that changed in any column of any entry', async () => {
    console.log(`      seed ${seed}`);
    await fill(8);
    const rows = await connection.read({ sql: 'SELECT * FROM audit ORDER BY id', parameters: [] });
    const columns = ['at', 'actor', 'action', 'target', 'data', 'late', 'prev_hash', 'hash', 'id'];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(7),
        fc.constantFrom(...columns),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        async (row, column, at, flip) => {
          const before = rows[row]?.[column] as string | number;
          const id = rows[row]?.['id'] as number;
          let after: string | number;
          if (typeof before === 'number') after = column === 'late' ? 1 - before : before ^ flip;
          else {
            const position = at % before.length;
            const code = before.charCodeAt(position) ^ flip;
            if (code === 0) return; // A NUL is no text that the store takes.
            after = before.slice(0, position) + String.fromCharCode(code) + before.slice(position + 1);
          }
          const taken = column === 'id' && rows.some((one) => one['id'] === after);
          if (taken || after === before) return;
          await run(`UPDATE audit SET ${column} = ? WHERE id = ?`, after, id);
          const { broken, verified } = await audit.verify();
          await run(`UPDATE audit SET ${column} = ? WHERE id = ?`, before, column === 'id' ? after : id);
          assert.notEqual(broken, null);
          assert.ok(verified <= row, 'nothing from the changed entry on is verified');
        },
      ),
      { seed, numRuns: 400 },
    );
    assert.equal((await audit.verify()).broken, null, 'every change was put back');
  });

  it('tells a trail that was written anew as a whole from the one whose head was kept', async () => {
    await fill(5);
    const { head } = await audit.verify();
    await fill(2);
    assert.equal((await audit.verify(head ?? undefined)).broken, null, 'a longer chain holds its older head');
    await connection.commit([
      { sql: 'DELETE FROM audit', parameters: [] },
      { sql: 'DELETE FROM scoped_values', parameters: [] },
    ]);
    for (let n = 1; n <= 7; n += 1) await audit.append(entry(n === 2 ? 222 : n));
    assert.equal((await audit.verify()).broken, null, 'without a head from elsewhere nothing can be told');
    const found = await audit.verify(head ?? undefined);
    assert.deepEqual([found.broken?.reason, found.verified], ['rewritten', 0]);
  });

  it('tells that the end is missing from a kept head, also where the note in the store went with it', async () => {
    await fill(5);
    const { head } = await audit.verify();
    await connection.commit([
      { sql: 'DELETE FROM audit WHERE id > 3', parameters: [] },
      { sql: 'DELETE FROM scoped_values', parameters: [] },
    ]);
    assert.equal((await audit.verify()).broken, null);
    assert.deepEqual((await audit.verify(head ?? undefined)).broken, { id: 4, reason: 'end', message: 'Entries 4 to 5 are missing.' });
  });

  it('chains and marks the entries of an older store in the commit of its migration', async () => {
    const old = await localConnection(null);
    await migrate(old, { now: 1, target: 7 });
    for (const id of [1, 2, 5]) {
      const parameters = [id, id, 'person', 'run.cancel', 'run_ü', '{"b":1,"a":null}'];
      await old.commit([{ sql: 'INSERT INTO audit (id, at, actor, action, target, data) VALUES (?, ?, ?, ?, ?, ?)', parameters }]);
    }
    await migrate(old, { now: 2 });
    const later = createAuditRepository(old);
    await later.append(entry(9));
    const { entries } = await later.page();
    assert.deepEqual(
      entries.map(({ id, late }) => [id, late]),
      [
        [4, false],
        [3, true],
        [2, true],
        [1, true],
      ],
    );
    const { verified, late, broken } = await later.verify();
    assert.deepEqual([verified, late, broken], [4, 3, null]);
    await old.close();
  });

  it('filters by text, actor, action, kind and time; a pattern character is a character', async () => {
    await audit.append({ at: 1, actor: 'person', action: 'proposal.accept', target: '100%_a', data: null });
    await audit.append({ at: 2, actor: 'engine', action: 'breaker.open', target: 'Ollama', data: { reason: 'Five errors' } });
    await audit.append({ at: 3, actor: 'person', action: 'run.override', target: 'Übung', data: null });
    const found = async (query: Parameters<AuditRepository['page']>[0]) => (await audit.page(query)).entries.map((one) => one.id);
    assert.deepEqual(await found({ text: 'OLLAMA' }), [2]);
    assert.deepEqual(await found({ text: 'five err' }), [2]);
    assert.deepEqual(await found({ text: 'Übung' }), [3]);
    assert.deepEqual(await found({ text: '%_' }), [1]);
    assert.deepEqual(await found({ action: 'proposal' }), [1]);
    assert.deepEqual(await found({ kind: 'decisions' }), [3, 1]);
    assert.deepEqual(await found({ kind: 'runtime' }), [2]);
    assert.deepEqual(await found({ since: 2, until: 2 }), [2]);
    assert.deepEqual(await found({ text: "'; drop table audit; --" }), []);
  });

  describe('in an exported file', () => {
    it('is verified without the store, with the same head', async () => {
      await fill(5);
      const { head, verified } = await audit.verify();
      const found = await checkLines(linesOf(await exported(audit)));
      assert.deepEqual([found.head, found.verified, found.broken], [head, verified, null]);
    });

    it('shows any changed byte, a removed line, lines in another order and a cut end', async () => {
      console.log(`      seed ${seed}`);
      await fill(6);
      const text = await exported(audit);
      const lines = text.trimEnd().split('\n');
      const brokenIn = async (changed: string) => (await checkLines(linesOf(changed))).broken;
      assert.notEqual(await brokenIn(lines.toSpliced(3, 1).join('\n')), null);
      assert.notEqual(await brokenIn([lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n')), null);
      assert.equal((await brokenIn(lines.slice(0, -2).join('\n')))?.reason, 'end');
      const body = (lines[0]?.length ?? 0) + 1;
      await fc.assert(
        fc.asyncProperty(fc.nat(text.length - body - 2), fc.integer({ min: 1, max: 127 }), async (offset, flip) => {
          const at = body + offset;
          const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ flip) + text.slice(at + 1);
          assert.notEqual(await brokenIn(changed), null, `byte ${at}`);
        }),
        { seed, numRuns: 300 },
      );
    });

    it('says where a text begins that is no trail at all', async () => {
      assert.equal((await checkLines(linesOf('hello\n{"a":1}\n'))).broken?.message, 'Line 1 is not an entry as CAS writes it.');
    });
  });
});
