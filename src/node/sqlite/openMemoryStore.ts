// A store that lives and ends with this process: for dry runs and tests. Same engine, same schema, no worker and no file.

import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';

/** Loaded once; databases in memory do not disturb each other. */
let mounted: Promise<MountedSql> | null = null;

export async function openMemoryStore(): Promise<Store> {
  mounted ??= mountSqlJs(locateSqlite().sqlJs);
  const sql = await mounted;
  const connection = new LocalConnection(openMounted(sql, null));
  await migrate(connection, { now: 0 });
  return createStore(connection);
}
