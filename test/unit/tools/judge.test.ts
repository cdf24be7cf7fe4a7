import assert from 'node:assert/strict';
import type { Action } from '#core/agents/approval/action.ts';
import { mixesScripts, spelled } from '#core/agents/approval/action.ts';
import { type Circumstances, judge } from '#core/agents/approval/judge.ts';

const action: Action = {
  tool: 'web.fetch',
  risk: 'network',
  title: 'Fetch',
  details: [],
  exact: {},
  egress: true,
  contained: false,
  listed: false,
  grantable: true,
};
const command: Action = { ...action, tool: 'shell.run', risk: 'execute', egress: false, contained: true };
const now: Circumstances = { mode: 'auto', allowed: new Set(), grants: [], taints: [], canAsk: true };
const tainted = { ...now, taints: ['a page'] };

describe('the approval policy', () => {
  const rows: readonly (readonly [rule: string, action: Action, now: Circumstances, verdict: string])[] = [
    ['a dry run does nothing, whatever is allowed', action, { ...now, mode: 'dry-run', allowed: new Set(['network']) }, 'refuse'],
    ['a contained command needs no yes in auto', command, now, 'allow:sandbox'],
    ['a contained command asks in strict', command, { ...now, mode: 'strict' }, 'ask'],
    ['a contained command stays allowed after untrusted input: nothing leaves', command, tainted, 'allow:sandbox'],
    ['a command with network asks in auto', { ...command, contained: false, egress: true }, now, 'ask'],
    ['a fetch asks', action, now, 'ask'],
    ['a fetch from a listed host needs no yes', { ...action, listed: true }, now, 'allow:list'],
    ['a fetch from a listed host asks after untrusted input', { ...action, listed: true }, tainted, 'ask'],
    ['a flag allows it', action, { ...now, allowed: new Set(['network']) }, 'allow:flag'],
    ['a flag for one class allows no other', action, { ...now, allowed: new Set(['execute', 'external']) }, 'ask'],
    ['a flag alone does not let data out after untrusted input', action, { ...tainted, allowed: new Set(['network']) }, 'ask'],
    ['a second flag does', action, { ...tainted, allowed: new Set(['network', 'tainted-egress']) }, 'allow:flag'],
    ['the second flag alone allows nothing', action, { ...tainted, allowed: new Set(['tainted-egress']) }, 'ask'],
    ['always holds', action, { ...now, grants: [{ scope: 'always', tainted: false }] }, 'allow:always'],
    ['always does not hold after untrusted input', action, { ...tainted, grants: [{ scope: 'always', tainted: false }] }, 'ask'],
    [
      'a yes for the run given before untrusted input does not hold after it',
      action,
      { ...tainted, grants: [{ scope: 'run', tainted: false }] },
      'ask',
    ],
    ['a yes for the run given knowing of it holds', action, { ...tainted, grants: [{ scope: 'run', tainted: true }] }, 'allow:run'],
    [
      'what nothing contains is asked about each time',
      { ...action, grantable: false },
      { ...now, grants: [{ scope: 'always', tainted: false }] },
      'ask',
    ],
    ['where nobody is there it is refused', action, { ...now, canAsk: false }, 'refuse:network'],
    ['after untrusted input both flags are missing', action, { ...tainted, canAsk: false }, 'refuse:network,tainted-egress'],
  ];
  for (const [rule, what, when, wanted] of rows) {
    it(rule, () => {
      const verdict = judge(what, when);
      const shown =
        verdict.kind === 'allow'
          ? `allow:${verdict.by}`
          : verdict.kind === 'refuse' && verdict.missing.length > 0
            ? `refuse:${verdict.missing.join(',')}`
            : verdict.kind;
      assert.equal(shown, wanted);
    });
  }
});

describe('what is shown for approval', () => {
  it('spells out what cannot be seen', () => {
    assert.equal(spelled('rm\u202e fr\u200b-\u0000\ufeff\n'), String.raw`rm\u{202e} fr\u{200b}-\u{0}\u{feff}\u{a}`);
    assert.equal(spelled('two\nlines\t', { lines: true }), 'two\nlines\t');
    assert.equal(spelled('größe ✓ 日本'), 'größe ✓ 日本');
  });

  it('notices letters of another alphabet inside a word', () => {
    assert.equal(mixesScripts('curl https://раypal.com'), true);
    assert.equal(mixesScripts('curl https://paypal.com # привет'), false);
  });
});
