import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { hasCode } from '#base/errors.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate, migrations } from '#core/store/migrations/migrate.ts';
import type { Migration } from '#core/store/migrations/migration.ts';
import type { LocalConnection } from '#node/sqlite/localConnection.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { localConnection, localStore } from '#test/unit/store/testFiles.ts';

const statement = (dialect: SqlDialect, text: string) => sql.raw(text).compile(dialect.builder);

/** A migration whose `up` and `down` are these texts. */
const migration = (id: number, up: string[], down: string[] = []): Migration => ({
  id,
  name: `m${id}`,
  up: (dialect) => up.map((text) => statement(dialect, text)),
  down: (dialect) => down.map((text) => statement(dialect, text)),
});

const one = migration(1, ['CREATE TABLE a (x INTEGER) STRICT'], ['DROP TABLE a']);
const two = migration(2, ['CREATE TABLE b (x INTEGER) STRICT'], ['DROP TABLE b']);

describe('migrations', () => {
  let connection: LocalConnection;
  beforeEach(async () => {
    connection = await localConnection(null);
  });
  afterEach(() => connection.close());

  const tables = async (): Promise<unknown[]> => {
    const rows = await connection.read({ sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", parameters: [] });
    return rows.map((row) => row['name']);
  };

  it('are numbered without gaps', () => {
    assert.deepEqual(
      migrations.map(({ id }) => id),
      migrations.map((_, index) => index + 1),
    );
  });

  it('go up, all the way down, and up to the same schema again', async () => {
    const schema = () => connection.read({ sql: 'SELECT name, sql FROM sqlite_schema ORDER BY name', parameters: [] });
    assert.deepEqual(await migrate(connection, { now: 1 }), { from: 0, to: migrations.length });
    const before = await schema();
    await migrate(connection, { now: 2, target: 0 });
    assert.deepEqual(await tables(), ['schema_migrations']);
    await migrate(connection, { now: 3 });
    assert.deepEqual(await schema(), before);
  });

  it('make only strict tables, the ones of the catalogue', async () => {
    await migrate(connection, { now: 1 });
    const strict = await connection.read({
      sql: "SELECT name FROM pragma_table_list WHERE strict = 1 AND schema = 'main' ORDER BY name",
      parameters: [],
    });
    assert.deepEqual(
      strict.map((row) => row['name']),
      await tables(),
    );
    const wanted = `agent_hours audit blobs bus_events chat_sessions dead_letters effects error_hours event_batches executions feature_migrations
      feedback feedback_shares journals metrics model_answers parity_results proposals run_ends runs
      runtime_checkpoints runtime_writes schema_migrations scoped_values snapshots usage verdicts workflows`;
    assert.deepEqual(await tables(), wanted.split(/\s+/));
  });

  it('apply only what is missing', async () => {
    await migrate(connection, { now: 1, migrations: [one] });
    assert.deepEqual(await migrate(connection, { now: 2, migrations: [one, two] }), { from: 1, to: 2 });
    assert.deepEqual(await migrate(connection, { now: 3, migrations: [one, two] }), { from: 2, to: 2 });
    const rows = await connection.read({ sql: 'SELECT id, name, applied_at FROM schema_migrations', parameters: [] });
    assert.deepEqual(rows, [
      { id: 1, name: 'm1', applied_at: 1 },
      { id: 2, name: 'm2', applied_at: 2 },
    ]);
  });

  it('leave nothing of a migration that fails half way', async () => {
    const broken = migration(2, ['CREATE TABLE c (x INTEGER) STRICT', 'CREATE TABLE a (y INTEGER) STRICT']);
    await assert.rejects(migrate(connection, { now: 1, migrations: [one, broken] }), (error) => hasCode(error, 'store.failed'));
    assert.deepEqual(await tables(), ['a', 'schema_migrations']);
    assert.deepEqual(await migrate(connection, { now: 1, migrations: [one, two] }), { from: 1, to: 2 });
  });

  it('refuse a store of a newer version and leave it as it is', async () => {
    await migrate(connection, { now: 1, migrations: [one, two] });
    await assert.rejects(migrate(connection, { now: 2, migrations: [one] }), (error) => hasCode(error, 'store.tooNew'));
    assert.deepEqual(await tables(), ['a', 'b', 'schema_migrations']);
  });

  it('refuse a store whose applied migrations were other ones', async () => {
    await migrate(connection, { now: 1, migrations: [one] });
    const edited = migration(1, ['CREATE TABLE a (x INTEGER, y INTEGER) STRICT']);
    await assert.rejects(migrate(connection, { now: 2, migrations: [edited, two] }), (error) => hasCode(error, 'store.schemaMismatch'));
    assert.deepEqual(await tables(), ['a', 'schema_migrations']);
  });
});

describe('the migration to events in batches', () => {
  const facts: readonly RunFact[] = [
    created,
    { type: 'step.started', path: 'a', attempt: 1 },
    {
      type: 'step.succeeded',
      path: 'a',
      attempt: 1,
      output: { text: 'é \u0000 \ud800' },
      summary: '',
      usage: [],
      durationMs: 1,
      version: 1,
    },
    { type: 'run.completed', output: null },
  ];

  it('keeps every event, and goes back to the tables that were there', async () => {
    const { store, connection } = await localStore(null);
    await store.runs.append(append('run_a', 1, facts.slice(0, 2)));
    await store.runs.append(append('run_a', 3, facts.slice(2), { status: 'completed', endedAt: 4 }));
    const before = await store.runs.events('run_a');
    await migrate(connection, { now: 1, target: 9 });
    const all = (sql: string) => connection.read({ sql, parameters: [] });
    assert.deepEqual(
      (await all('SELECT seq, type FROM events ORDER BY seq')).map((row) => ({ ...row })),
      facts.map(({ type }, index) => ({ seq: index + 1, type })),
    );
    assert.deepEqual(await all('SELECT path, status, attempt, started_at, ended_at FROM tasks'), [
      { path: 'a', status: 'succeeded', attempt: 1, started_at: 1_002, ended_at: 1_003 },
    ]);
    assert.deepEqual(await all('SELECT version, seq, path, status FROM checkpoints'), [
      { version: 1, seq: 3, path: 'a', status: 'succeeded' },
    ]);
    await migrate(connection, { now: 2 });
    const again = createStore(connection);
    assert.deepEqual(await again.runs.events('run_a'), before);
    assert.deepEqual(await again.runs.checkpoints('run_a'), [{ version: 1, seq: 3, at: 1_003, path: 'a', status: 'succeeded' }]);
    await again.runs.append(append('run_a', 5, [{ type: 'run.resumed', by: 'person' }], { status: 'executing', stepsDone: 1 }));
    assert.equal((await again.runs.get('run_a'))?.lastSeq, 5);
    await store.close();
  });
});
