// What people allowed: for a run, or for good. Kept in the store under the fingerprint of the exact action.

import { AppError } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { type Action, fingerprint } from '#core/agents/approval/action.ts';
import type { Grant } from '#core/agents/approval/judge.ts';
import type { Store } from '#core/store/store.ts';
import type { GrantView } from '#protocol/approval.ts';

const ALWAYS = 'approvals';
const ofRun = (runId: string): string => `approvals:${runId}`;

interface Kept {
  readonly tool: string;
  readonly title: string;
  readonly exact: JsonObject;
  readonly at: number;
  readonly reason: string;
  readonly tainted: boolean;
}

export class Grants {
  readonly #values: Store['values'];

  constructor(values: Store['values']) {
    this.#values = values;
  }

  async of(runId: string, action: Action): Promise<readonly Grant[]> {
    const key = fingerprint(action);
    const [always, run] = await Promise.all([this.#values.get(ALWAYS, key), this.#values.get(ofRun(runId), key)]);
    return [
      ...(isKept(always) ? [{ scope: 'always' as const, tainted: false }] : []),
      ...(isKept(run) ? [{ scope: 'run' as const, tainted: run.tainted }] : []),
    ];
  }

  async add(
    scope: Grant['scope'],
    grant: { readonly runId: string; readonly action: Action; readonly at: number; readonly reason: string; readonly tainted: boolean },
  ): Promise<void> {
    const { action, at, reason, tainted } = grant;
    const kept: Kept = { tool: action.tool, title: action.title, exact: action.exact, at, reason, tainted };
    await this.#values.set(scope === 'always' ? ALWAYS : ofRun(grant.runId), fingerprint(action), { ...kept });
  }

  async list(): Promise<readonly GrantView[]> {
    const all = await this.#values.list(ALWAYS);
    const views = [...all].flatMap(([id, value]) => {
      if (!isKept(value)) return [];
      const { tool, title, exact, at, reason } = value;
      return [{ id, tool, title, exact, at, reason }];
    });
    return views.toSorted((a, b) => b.at - a.at);
  }

  /** Throws `approval.notFound`. */
  async revoke(id: string): Promise<void> {
    if (!isKept(await this.#values.get(ALWAYS, id)))
      throw new AppError({ code: 'approval.notFound', message: `Nothing is allowed for good under ${id}.`, details: { id } });
    await this.#values.set(ALWAYS, id, null);
  }
}

/** What was revoked is kept as null. */
function isKept(value: Json | undefined): value is JsonObject & Kept {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'exact' in value;
}
