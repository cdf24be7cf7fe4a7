import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { type FeatureId, features } from '#core/runtimes/parity/features.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { measureParity, runProbe } from '#core/runtimes/parity/measure.ts';
import { probeFor } from '#core/runtimes/parity/probes.ts';
import { traceOf } from '#core/runtimes/parity/trace.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import type { ParityResult } from '#protocol/parity.ts';
import { lesserBreakages } from '#test/support/lesserBreakages.ts';
import { breakages, breakKind, probeHost } from '#test/support/parity.ts';

const kinds: readonly RuntimeKind[] = [customKind(), langGraphKind()];

const missingOf = (result: ParityResult): string => ('missing' in result ? result.missing.join('\n') : result.error.message);

/** As `measureParity` does: on a busy machine all of them together would slow each other down. */
async function fewAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

describe('the trace of a probe', () => {
  it('is what the runtime told, and leaves out what is no event', () => {
    const event = { runId: 'a', type: 'run.created', at: 1_005 } as const;
    const step = { runId: 'b', type: 'step.queued', path: 'x', at: 990 } as const;
    const junk = [{}, { runId: 'a', type: 'run.parsed' }, { ...event, at: Number.NaN }] as const;
    assert.deepEqual(traceOf([event, ...junk, step], 1_000), [
      { afterMs: 5, run: 1, type: 'run.created', path: null },
      { afterMs: 0, run: 2, type: 'step.queued', path: 'x' },
    ]);
    assert.equal(
      traceOf(
        Array.from({ length: 300 }, () => event),
        0,
      ).length,
      100,
    );
  });
});

describe('the probes', () => {
  it('cover each of the 24 features once', () => {
    assert.equal(features.length, 24);
    assert.deepEqual(
      features.map(({ id }) => probeFor(id).feature),
      features.map(({ id }) => id),
    );
  });

  for (const kind of kinds) {
    describe(`of ${kind.id}`, () => {
      it('find every feature available, with evidence', async () => {
        const report = await measureParity(kind, probeHost);
        const wrong = report.results.filter((result) => result.verdict !== 'available');
        assert.deepEqual(
          wrong.map((result) => `${result.feature}: ${result.verdict}\n${missingOf(result)}`),
          [],
        );
        assert.equal(report.available, report.total);
        for (const { feature, evidence, trace = [] } of report.results) {
          assert.ok(trace.length <= 100 && trace.every(({ afterMs, run }) => afterMs >= 0 && run >= 1), feature);
          assert.ok(evidence.length >= 3, `${feature} rests on ${evidence.length} claims`);
          assert.ok(
            evidence.every((one) => one.did !== '' && one.expected !== '' && one.measured !== '' && one.passed),
            feature,
          );
        }
      });

      describe('say what is missing when it is broken:', () => {
        const results = new Map<FeatureId, ParityResult>();
        before(async () => {
          await fewAtOnce(features, async ({ id }) => {
            const broken = breakKind(kind, breakages[id]);
            results.set(id, await runProbe(probeFor(id), { kind: broken, host: probeHost, waitMs: 1_000 }));
          });
        });

        for (const { id, name } of features) {
          it(name, () => {
            const result = results.get(id);
            assert.equal(result?.verdict, breakages[id].verdict, result && missingOf(result));
            assert.ok(result && 'missing' in result && result.missing.length > 0);
          });
        }
      });

      describe('call a feature partial when its runtime', () => {
        const results = new Map<string, ParityResult>();
        before(() =>
          fewAtOnce(lesserBreakages, async ({ feature, name, ...breakage }) => {
            results.set(name, await runProbe(probeFor(feature), { kind: breakKind(kind, breakage), host: probeHost }));
          }),
        );

        for (const { name, missing } of lesserBreakages) {
          it(name, () => {
            const result = results.get(name);
            assert.equal(result?.verdict, 'partial', result && missingOf(result));
            assert.match(result && missingOf(result), missing);
          });
        }
      });

      it('call a runtime that cannot be made unavailable, and one that never answers too', async () => {
        const unmade: RuntimeKind = {
          ...kind,
          create() {
            throw new Error('No such library.');
          },
        };
        const mute = breakKind(kind, { runtime: () => ({ start: () => new Promise(() => {}) }) });
        const [first, second] = await Promise.all(
          [unmade, mute].map((one) => runProbe(probeFor('single-task'), { kind: one, host: probeHost, waitMs: 200 })),
        );
        assert.equal(first?.verdict, 'unavailable');
        assert.match((first && missingOf(first)) || '', /No such library/);
        assert.equal(second?.verdict, 'unavailable');
        assert.match((second && missingOf(second)) || '', /runtime\.start did not answer within/);
      });

      it('say nothing about the runtime when their host breaks', async () => {
        const broken = async (): Promise<never> => {
          throw new AppError({ code: 'store.openFailed', message: 'No room on the disk.' });
        };
        const host: ProbeHost = { ...probeHost, memoryStore: broken, diskStore: broken };
        const { results, available } = await measureParity(kind, host);
        assert.equal(available, 0);
        for (const result of results) {
          assert.equal(result.verdict === 'probe error' && result.error.code, 'store.openFailed', result.feature);
        }
      });

      it('say nothing about the runtime when its store fails under it', async () => {
        const memoryStore: ProbeHost['memoryStore'] = async () => {
          const store = await probeHost.memoryStore();
          const append = async (): Promise<never> => {
            throw new AppError({ code: 'store.writeFailed', message: 'The disk is full.' });
          };
          return { ...store, runs: { ...store.runs, append } };
        };
        const result = await runProbe(probeFor('sequential-flow'), { kind, host: { ...probeHost, memoryStore } });
        assert.equal(result.verdict === 'probe error' && result.error.code, 'store.writeFailed');
      });
    });
  }

  it('prove nothing when they claim nothing, or break themselves', async () => {
    const empty = await runProbe({ feature: 'single-task', run: async () => {} }, { kind: customKind(), host: probeHost });
    assert.equal(empty.verdict === 'probe error' && empty.error.code, 'parity.noClaims');
    const clumsy = await runProbe(
      {
        feature: 'single-task',
        async run(_lab, claims) {
          claims.must('something', true, 'so');
          throw new TypeError('undefined is not a function');
        },
      },
      { kind: customKind(), host: probeHost },
    );
    assert.equal(clumsy.verdict === 'probe error' && clumsy.error.message, 'undefined is not a function');
  });
});
