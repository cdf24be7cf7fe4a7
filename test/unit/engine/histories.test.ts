// Histories that earlier engines recorded in real runs: this one must follow them, and must have taken the same steps.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type RunEvent, runEventSchema } from '#protocol/runEvents.ts';
import { openingFacts } from '#core/engine/commands.ts';
import { currentFlags } from '#core/engine/flags.ts';
import { dutyFacts } from '#core/engine/duties.ts';
import { outstanding } from '#core/engine/outstanding.ts';
import { replay } from '#core/engine/reduce.ts';
import { decodeSnapshot, encodeSnapshot } from '#core/engine/snapshot.ts';
import { isEnded } from '#core/engine/state.ts';
import { viewOf } from '#core/engine/view.ts';
import { harness, settle } from '#test/support/engineHarness.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';
import { recordedPlays } from '#test/support/recordedPlays.ts';

const folder = fileURLToPath(new URL('../../golden/histories/', import.meta.url));
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'));

function read(name: string): readonly RunEvent[] {
  const lines = readFileSync(`${folder}${name}`, 'utf8').trimEnd().split('\n');
  return lines.map((line) => runEventSchema.parse(JSON.parse(line)));
}

/** What the engine itself decides on, as against what people and executors tell it. */
const DECIDED: ReadonlySet<RunEvent['type']> = new Set([
  'run.parsed',
  'run.validated',
  'run.started',
  'run.completed',
  'run.partial',
  'run.failed',
  'run.cancelled',
  'run.compensating',
  'step.queued',
  'step.assigned',
  'step.started',
  'step.skipped',
  'step.cancelled',
  'step.compensating',
  'step.deadLettered',
  'scope.opened',
]);

/** The facts that the engine would record next, in any order, from where the history stands. */
function choices(past: readonly RunEvent[], now: number): unknown[] {
  const state = replay(past);
  const ports = {
    executor: {
      assign: ({ step }: { readonly step: { readonly agent: string | null } }) => ({
        agent: step.agent ?? '',
        reason: 'named by the step',
      }),
    },
    nextId: () => '',
    now,
  };
  const owed = isEnded(state.phase) ? [] : [...outstanding(state), { kind: 'finish' } as const];
  return [
    ...openingFacts(state),
    ...owed.flatMap((effect) => {
      if (effect.kind === 'execute' || effect.kind === 'executeUndo' || effect.kind === 'release') return [];
      if (effect.kind === 'limit' || effect.kind === 'answer') return [];
      if (effect.kind === 'retry') return dutyFacts(state, { kind: 'dispatch', path: effect.path }, ports);
      if (effect.kind === 'undoAt') return dutyFacts(state, { kind: 'undo', path: effect.path }, ports);
      return dutyFacts(state, effect, ports);
    }),
  ];
}

describe('histories of earlier runs', () => {
  it('are there for every play that is recorded', () => {
    const newest = currentFlags.at(-1);
    for (const title of Object.keys(recordedPlays)) assert.ok(names.includes(`${newest}/${title}.jsonl`), `record ${newest}/${title}`);
  });

  it('are there, of every engine flag', () => {
    assert.ok(names.length >= 18, String(names));
    for (const flag of ['v1', 'v2'])
      assert.ok(
        names.some((name) => name.startsWith(flag)),
        flag,
      );
  });

  it('go on as they began: a run of v1 that has lost its model does what needs none', async () => {
    const events = read('v1/without-a-model.jsonl');
    const failed = events.findIndex((event) => event.type === 'step.failed');
    const runs = new FakeRuns();
    const runId = events[0]?.runId ?? '';
    runs.histories.set(runId, events.slice(0, failed + 1));
    const h = harness(() => 'written without it', { runs });
    await h.runtime.resume(runId, 'person');
    await settle();
    const { status, output } = await h.runtime.view(runId);
    assert.deepEqual([status, output, h.executed], ['partial', { think: null, report: 'written without it' }, ['report']]);
  });

  for (const name of names) {
    const events = read(name);

    it(`${name}: each step the engine took is one it would take now`, () => {
      for (const [index, event] of events.entries()) {
        if (index === 0 || !DECIDED.has(event.type)) continue;
        const { runId: _r, seq: _s, at, ...fact } = event;
        const now = choices(events.slice(0, index), at);
        const agrees = now.some((choice) => JSON.stringify(sorted(choice)) === JSON.stringify(sorted(fact)));
        assert.ok(agrees, `${index + 1}: ${JSON.stringify(fact)}\nnow: ${JSON.stringify(now)}`);
      }
    });

    it(`${name}: has the same state replayed and read back from a snapshot, after every event`, () => {
      const [created] = events;
      assert.ok(created?.type === 'run.created');
      for (let count = 1; count <= events.length; count += 1) {
        const state = replay(events.slice(0, count));
        const restored = decodeSnapshot(encodeSnapshot(state), created);
        assert.deepEqual(restored && viewOf(restored), viewOf(state));
      }
      assert.ok(isEnded(replay(events).phase));
    });
  }
});

function sorted(fact: unknown): unknown {
  return Object.fromEntries(Object.entries(fact as object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
