import assert from 'node:assert/strict';
import { evidenceLines, parityTable } from '#cli/printers/parityTable.ts';
import { features } from '#core/runtimes/parity/features.ts';
import { migrationFeatures } from '#core/runtimes/parity/migrationPhases.ts';
import type { ParityReport, ParityResult, ParityTable } from '#protocol/parity.ts';

const plain = { style: (_format: unknown, text: string) => text };
const coloured = { style: (_format: unknown, text: string) => `\u001b[32m${text}\u001b[39m` };

const available = (feature: string): ParityResult => ({ feature, at: 0, verdict: 'available', durationMs: 12, evidence: [], missing: [] });
const lame: readonly ParityResult[] = [
  {
    feature: 'state-store',
    at: 0,
    verdict: 'partial',
    durationMs: 1_234,
    missing: ['all of it (measured: half\nof it)'],
    evidence: [{ did: 'ran it', expected: 'all of it', measured: 'half\nof \u001b[2Jit', passed: false }],
  },
  {
    feature: 'message-bus',
    at: 0,
    verdict: 'probe error',
    durationMs: 3,
    evidence: [],
    error: { code: 'store.openFailed', message: 'No room.', retryable: false, details: {} },
  },
];

function report(runtime: string, results: readonly ParityResult[]): ParityReport {
  const count = results.filter((result) => result.verdict === 'available').length;
  return { runtime, at: 0, durationMs: 900, available: count, total: features.length, results };
}

const whole = report(
  'custom',
  features.map(({ id }) => available(id)),
);
const measured: ParityTable = { features, reports: [whole, report('other', lame)] };

describe('the parity table', () => {
  it('has a row for each feature under its group, a column for each runtime, totals, and what is missing', () => {
    const lines = parityTable(measured, plain);
    assert.deepEqual(
      ['State Store', 'Message Bus', 'Circuit Breaker', 'Available'].map((name) => lines.find((line) => line.includes(name))),
      [
        '  State Store             critical     ✔ available    12 ms ◐ partial      1.2 s',
        '  Message Bus             critical     ✔ available    12 ms ! probe error   3 ms',
        '  Circuit Breaker         critical     ✔ available    12 ms not measured',
        '  Available                            24 of 24, 900 ms     0 of 24, 900 ms',
      ],
    );
    assert.deepEqual(lines.slice(-2), [
      'other, State Store: partial: all of it (measured: half of it)',
      'other, Message Bus: probe error: No room. (store.openFailed)',
    ]);
    assert.ok(lines.slice(0, -2).every((line) => line.length <= 80));
    const groups = [...new Set(features.map(({ group }) => group))];
    assert.deepEqual(
      lines.filter((line) => groups.includes(line as never)),
      groups,
    );
  });

  it('lines up the same way in colour', () => {
    // oxlint-disable-next-line no-control-regex
    const stripped = parityTable(measured, coloured).map((line) => line.replaceAll(/\u001b\[\d+m/g, '').trimEnd());
    assert.deepEqual(stripped, parityTable(measured, plain));
  });

  it('shows the evidence claim by claim, on lines of its own, without control characters', () => {
    const lines = evidenceLines({ features, reports: [report('other', lame)] }, plain);
    assert.deepEqual(lines.slice(1), [
      '',
      '◐ State Store: partial, 1.2 s',
      '  ran it',
      '    ✖ all of it: half of \u{fffd}[2Jit',
      '',
      '! Message Bus: probe error, 3 ms',
      '    No room. (store.openFailed)',
      '',
    ]);
  });
});

describe('the built-in migration', () => {
  it('has a probe for each of its features, in five phases', () => {
    assert.deepEqual(
      migrationFeatures.map(({ probe }) => probe),
      features.map(({ id }) => id),
    );
    const count = Map.groupBy(migrationFeatures, ({ phase }) => phase);
    assert.deepEqual(
      Array.from(count, ([phase, list]) => `${phase} ${list.length}`),
      ['Core Infrastructure 4', 'Task Management 8', 'State Management 4', 'Observability 5', 'Agent Management 3'],
    );
  });
});
