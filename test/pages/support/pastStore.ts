// A workspace whose store has a long past: thousands of runs and of audit entries, written before anybody opens it.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chained, GENESIS, type StoredEntry } from '#core/store/audit/entry.ts';
import { HEAD_KEY, AUDIT_SCOPE } from '#core/store/audit/head.ts';
import { writePast } from '#test/support/pastRuns.ts';
import { localStore, storeFile } from '#test/unit/store/testFiles.ts';

const ACTIONS = ['proposal.accept', 'proposal.reject', 'run.decide', 'breaker.open', 'run.override', 'budget.set'];

/** `audit` entries, one a minute up to now; `runs` with five executions each, over the last 27 days. */
export async function writePastStore(root: string, { audit, runs }: { audit: number; runs: number }): Promise<void> {
  const file = storeFile(root);
  mkdirSync(path.dirname(file), { recursive: true });
  const { store, connection } = await localStore(file);
  const now = Date.now();
  await writePast(store, { runs, executionsPerRun: 5, now, days: 27 });
  let last: StoredEntry | null = null;
  const statements = [];
  for (let id = 1; id <= audit; id += 1) {
    const action = ACTIONS[id % ACTIONS.length] ?? '';
    const [actor, data] = [action.startsWith('breaker') ? 'engine' : 'person', `{"choice":"approve","n":${id}}`];
    last = chained({ id, at: now - (audit - id) * 60_000, actor, action, target: `run_${id}`, data, late: false }, last?.hash ?? GENESIS);
    const { at, target, prev, hash } = last;
    const sql = 'INSERT INTO audit (id, at, actor, action, target, data, late, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)';
    statements.push({ sql, parameters: [id, at, actor, action, target, data, prev, hash] });
  }
  const head = JSON.stringify({ id: last?.id, hash: last?.hash });
  statements.push({ sql: 'INSERT INTO scoped_values (scope, key, data) VALUES (?, ?, ?)', parameters: [AUDIT_SCOPE, HEAD_KEY, head] });
  await connection.commit(statements);
  await store.close();
}

/** As somebody with a database tool would: one entry's target is another. */
export async function tamper(root: string, id: number): Promise<void> {
  const { store, connection } = await localStore(storeFile(root));
  await connection.commit([{ sql: 'UPDATE audit SET target = ? WHERE id = ?', parameters: ['run_of_somebody_else', id] }]);
  await store.close();
}

/** As a process left it a moment ago: the circuit of this model opened, for these agents. */
export async function writeOpenCircuit(
  root: string,
  { provider, model, agents }: { provider: string; model: string; agents: string[] },
): Promise<void> {
  const file = storeFile(root);
  mkdirSync(path.dirname(file), { recursive: true });
  const { store } = await localStore(file);
  const now = Date.now();
  const until = now + 600_000;
  const breaker = { provider, model, credential: 'c', agents, state: { kind: 'open', until } };
  await store.values.set('llm', 'health', { savedAt: now, breakers: [breaker], gates: [] });
  const data = { agents, openUntil: until };
  await store.audit.append({ at: now, actor: 'engine', action: 'breaker.open', target: `${provider}/${model}`, data });
  await store.close();
}
