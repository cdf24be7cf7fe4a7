import assert from 'node:assert/strict';
import fc from 'fast-check';
import { confidenceOf, type Evidence, NO_EVIDENCE, plus } from '#core/agents/confidence.ts';
import { LearnedConfidence } from '#core/agents/learned.ts';
import { createAssign } from '#core/agents/router.ts';
import { localStore } from '#test/unit/store/testFiles.ts';
import { agentDefinition, taskStep } from '#test/unit/agents/team.ts';

const seed = Number(process.env['CAS_SEED'] ?? Date.now() % 1_000_000);
const declared = fc.double({ min: 0.01, max: 1, noNaN: true });
const amount = fc.double({ min: 0, max: 500, noNaN: true });
const evidence: fc.Arbitrary<Evidence> = fc
  .record({ runs: fc.nat(5_000), share: fc.double({ min: 0, max: 1, noNaN: true }), good: amount, bad: amount })
  .map(({ runs, share, good, bad }) => ({ runs, succeeded: Math.round(runs * share), good, bad }));

describe('confidence', () => {
  before(() => console.log(`      seed ${seed}`));
  const holds = <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>): void => fc.assert(property, { seed, numRuns: 500 });

  it('is what was declared where nothing was measured', () => {
    holds(fc.property(declared, (c) => assert.ok(Math.abs(confidenceOf(c, NO_EVIDENCE) - c) < 1e-12)));
  });

  it('stays above 0 and at most 1', () => {
    holds(
      fc.property(declared, evidence, (c, known) => {
        const found = confidenceOf(c, known);
        assert.ok(found > 0 && found <= 1 + 1e-12, String(found));
      }),
    );
  });

  it('never falls by a success or a good note, and never rises by a failure or a bad one', () => {
    const eps = 1e-12;
    holds(
      fc.property(declared, evidence, (c, known) => {
        const now = confidenceOf(c, known);
        const after = (more: Partial<Evidence>): number => confidenceOf(c, plus(known, { ...NO_EVIDENCE, ...more }));
        assert.ok(after({ good: 1 }) >= now - eps);
        assert.ok(after({ bad: 1 }) <= now + eps);
        // Beyond the most that counts, one more run changes the proportion alone: still in its direction.
        assert.ok(after({ runs: 1, succeeded: 1 }) >= now - (known.runs < 200 ? eps : 0.001));
        if (c >= known.succeeded / Math.max(1, known.runs)) assert.ok(after({ runs: 1 }) <= now + eps);
      }),
    );
  });

  it('does not depend on the order in which things came', () => {
    holds(
      fc.property(declared, fc.array(evidence, { maxLength: 6 }), (c, parts) => {
        const sum = (list: readonly Evidence[]): Evidence => list.reduce(plus, NO_EVIDENCE);
        assert.ok(Math.abs(confidenceOf(c, sum(parts)) - confidenceOf(c, sum(parts.toReversed()))) < 1e-9);
      }),
    );
  });

  it('lets people be heard however many runs went well', () => {
    const easy = { runs: 10_000, succeeded: 10_000, good: 0, bad: 0 };
    assert.ok(confidenceOf(0.9, { ...easy, bad: 20 }) < 0.8);
  });

  it('changes which agent the router picks, and is the same again after a restart', async () => {
    const { store } = await localStore(null);
    const team = [
      agentDefinition('first', { capabilities: [{ name: 'sql.write', confidence: 0.7 }] }),
      agentDefinition('second', { capabilities: [{ name: 'sql.write', confidence: 0.65 }] }),
    ];
    const learned = new LearnedConfidence();
    const pick = (known: LearnedConfidence): string =>
      createAssign({ all: team, isDisabled: () => false }, known)({ step: taskStep({ capability: 'sql.write' }), workflow: 'w' }).agent;
    assert.equal(pick(learned), 'first');
    for (let n = 0; n < 5; n += 1) {
      const row = {
        agent: 'first',
        runId: `run_${n}`,
        path: 'a',
        startedAt: n,
        durationMs: 1,
        ok: false,
        error: null,
        capability: 'sql.write',
      };
      await store.agents.recordExecution(row);
      learned.ran(row);
    }
    assert.equal(pick(learned), 'second');
    const restarted = new LearnedConfidence();
    restarted.replace(await store.feedback.evidence());
    assert.equal(pick(restarted), 'second');
    const [first] = team;
    assert.ok(first);
    assert.deepEqual(restarted.capabilitiesOf(first), learned.capabilitiesOf(first));
    await store.close();
  });

  it('of a capability follows notes on the agent as a whole too', () => {
    const learned = new LearnedConfidence();
    learned.replace([{ agent: 'a', capability: '', runs: 0, succeeded: 0, good: 0, bad: 2, notes: 2 }]);
    assert.equal(learned.confidence('a', 'x.y', 0.65), (20 * 0.65) / 26);
    assert.equal(learned.withoutNotes('a', 'x.y', 0.65), 0.65);
    assert.deepEqual(learned.capabilitiesOf(agentDefinition('a', { capabilities: [{ name: 'x.y', confidence: 0.65 }] })), [
      { name: 'x.y', confidence: 0.5, declared: 0.65, runs: 0, succeeded: 0, notes: 2 },
    ]);
  });
});
