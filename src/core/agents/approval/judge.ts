// Whether an action may happen: allowed, refused, or a person's to say. Pure, so that the whole policy is one table of tests.

import type { Action } from '#core/agents/approval/action.ts';
import type { Allowance } from '#protocol/allowance.ts';
import type { RunMode } from '#protocol/runEvents.ts';

export interface Grant {
  readonly scope: 'run' | 'always';
  /** It was given knowing that untrusted input had come in. */
  readonly tainted: boolean;
}

export interface Circumstances {
  readonly mode: RunMode;
  /** What a flag or a person's setting allows beforehand. */
  readonly allowed: ReadonlySet<Allowance>;
  readonly grants: readonly Grant[];
  /** Untrusted input this run has taken in; empty: none. */
  readonly taints: readonly string[];
  /** Null: nobody can be asked. Else how. */
  readonly canAsk: boolean;
}

export type Judgement =
  | { readonly kind: 'allow'; readonly by: 'sandbox' | 'list' | 'flag' | 'run' | 'always' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'refuse'; readonly because: 'dry-run' | 'nobody'; readonly missing: readonly Allowance[] };

export function judge(action: Action, now: Circumstances): Judgement {
  if (now.mode === 'dry-run') return { kind: 'refuse', because: 'dry-run', missing: [] };
  const tainted = action.egress && now.taints.length > 0;
  const standing = action.grantable ? now.grants.find((grant) => !tainted || grant.tainted) : undefined;
  if (standing !== undefined) return { kind: 'allow', by: standing.scope };
  if (action.contained && !action.egress && now.mode === 'auto') return { kind: 'allow', by: 'sandbox' };
  if (action.listed && !tainted) return { kind: 'allow', by: 'list' };
  const needed: readonly Allowance[] = tainted ? [action.risk, 'tainted-egress'] : [action.risk];
  const missing = needed.filter((allowance) => !now.allowed.has(allowance));
  if (missing.length === 0) return { kind: 'allow', by: 'flag' };
  return now.canAsk ? { kind: 'ask' } : { kind: 'refuse', because: 'nobody', missing };
}
