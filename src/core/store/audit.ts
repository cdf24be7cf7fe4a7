// The audit trail: appended to, never changed. Each entry holds the hash of the one before.

import { type RawBuilder, sql } from 'kysely';
import { hasCode } from '#base/errors.ts';
import { stableStringify } from '#base/json.ts';
import { ChainCheck } from '#core/store/audit/chainCheck.ts';
import { chained, GENESIS, lineOf, recordOf, type StoredEntry } from '#core/store/audit/entry.ts';
import { headerLine } from '#core/store/audit/file.ts';
import { headStatement, readHead } from '#core/store/audit/head.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, displayText, prepared, readAll, readFirst } from '#core/store/query.ts';
import type { AuditRepository } from '#core/store/store.ts';
import type { AuditHead, AuditKind, AuditQuery } from '#protocol/audit.ts';

const PAGE = 200;
const PART = 1_000;
/** Two processes never write the same store, but two databases' worth of code may, one day. */
const TRIES = 5;

const columns = ['id', 'at', 'actor', 'action', 'target', 'data', 'late', 'prev_hash', 'hash'] as const;
type Row = Omit<StoredEntry, 'late' | 'prev'> & { readonly late: number; readonly prev_hash: string };

export function createAuditRepository(connection: StoreConnection): AuditRepository {
  const { builder } = connection.dialect;
  const setHead = headStatement(connection);
  const newest = builder.selectFrom('audit').select(['id', 'hash']).orderBy('id', 'desc').limit(1);
  const from = prepared<{ after: number; limit: number }, Row>((p) =>
    builder.selectFrom('audit').select(columns).where('id', '>', p.after).orderBy('id').limit(p.limit),
  );
  const after = async (id: number): Promise<readonly StoredEntry[]> =>
    (await readAll(connection, from({ after: id, limit: PART }))).map(entryOf);

  /** What the next entry follows: the noted head also when its entry was removed by the retention policy. */
  const lastOf = async (): Promise<AuditHead | null> => {
    const [row, noted] = await Promise.all([readFirst(connection, compiled(newest)), readHead(connection)]);
    if (noted === null || noted === 'broken') return row;
    return row !== null && row.id >= noted.id ? row : noted;
  };

  /** One after the other: each needs the hash of the one before. */
  let queue: Promise<unknown> = Promise.resolve();
  const insert = async (entry: Omit<StoredEntry, 'hash' | 'prev' | 'id'>): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const last = await lastOf();
      const { prev: prev_hash, late, ...row } = chained({ ...entry, id: (last?.id ?? 0) + 1 }, last?.hash ?? GENESIS);
      const values = { ...row, late: late ? 1 : 0, prev_hash };
      try {
        return await connection.commit([compiled(builder.insertInto('audit').values(values)), setHead(row)]);
      } catch (error) {
        if (tries === TRIES || !hasCode(error, 'store.conflict')) throw error;
      }
    }
  };

  return {
    append({ at, actor, action, target, data }) {
      const entry = {
        at: Math.round(at),
        actor: displayText(actor),
        action: displayText(action),
        target: displayText(target),
        data: stableStringify(data),
        late: false,
      };
      const done = queue.then(() => insert(entry));
      queue = done.catch(() => undefined); // Its caller hears of it; the next entry does not depend on it.
      return done;
    },

    async page({ before, limit = PAGE, ...filter } = {}) {
      const where = matching(filter);
      const older = before === undefined ? where : sql<boolean>`${where} and id < ${before}`;
      const found = builder
        .selectFrom('audit')
        .where(older)
        .select(columns)
        .orderBy('id', 'desc')
        .limit(limit + 1);
      const counted = builder
        .selectFrom('audit')
        .where(where)
        .select(({ fn }) => fn.countAll<number | string>().as('total'));
      const [rows, count] = await Promise.all([readAll(connection, compiled(found)), readFirst(connection, compiled(counted))]);
      const entries = rows.slice(0, limit).map((row) => recordOf(entryOf(row)));
      return { entries, total: Number(count?.total ?? 0), next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
    },

    async verify(expected) {
      const check = new ChainCheck(expected);
      let part = await after(0);
      for (; part.length > 0; part = await after(part.at(-1)?.id ?? Infinity)) part.forEach((entry) => check.add(entry));
      const head = await readHead(connection);
      if (head === 'broken') check.unreadable('What the store notes as its newest entry cannot be read.');
      return check.finish(head === 'broken' ? null : head);
    },

    async export({ after: id = 0, now }) {
      const part = await after(id);
      const lines = part.map((entry) => lineOf(entry));
      if (id === 0) {
        const head = await readHead(connection);
        lines.unshift(headerLine(now, head === 'broken' ? null : head));
      }
      const next = part.length < PART ? null : (part.at(-1)?.id ?? null);
      return { text: lines.map((line) => `${line}\n`).join(''), entries: part.length, next };
    },
  };
}

function entryOf({ late, prev_hash: prev, ...row }: Row): StoredEntry {
  return { ...row, late: late !== 0, prev };
}

const kinds: { readonly [K in AuditKind]: RawBuilder<boolean> } = {
  decisions: sql<boolean>`actor = 'person'`,
  council: sql<boolean>`(action like 'council.%' or action like 'gate.%')`,
  denied: sql<boolean>`(action like '%.den%' or action like '%.reject' or action like '%.refuse%')`,
  runtime: sql<boolean>`(action like 'runtime.%' or action like 'breaker.%' or action like 'owner.%' or action like 'store.%')`,
};

function matching({ text, actor, action, kind, since, until }: Omit<AuditQuery, 'before' | 'limit'>): RawBuilder<boolean> {
  // LIKE looks past the case of ASCII letters by itself.
  const like = (column: string, pattern: string): RawBuilder<boolean> => sql<boolean>`${sql.ref(column)} like ${pattern} escape '!'`;
  const parts = [sql<boolean>`1 = 1`];
  if (text !== undefined && text !== '') {
    const anywhere = ['actor', 'action', 'target', 'data'].map((column) => like(column, `%${escaped(text)}%`));
    parts.push(sql<boolean>`(${sql.join(anywhere, sql` or `)})`);
  }
  if (actor !== undefined) parts.push(sql<boolean>`actor = ${actor}`);
  if (action !== undefined) parts.push(sql<boolean>`(action = ${action} or ${like('action', `${escaped(action)}.%`)})`);
  if (kind !== undefined) parts.push(kinds[kind]);
  if (since !== undefined) parts.push(sql<boolean>`at >= ${since}`);
  if (until !== undefined) parts.push(sql<boolean>`at <= ${until}`);
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
}

const escaped = (text: string): string => displayText(text).replaceAll(/[!%_]/g, '!$&');
