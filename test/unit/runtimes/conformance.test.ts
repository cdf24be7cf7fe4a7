// Every runtime against one list of rules, through the Runtime interface alone; and what they record, compared.

import assert from 'node:assert/strict';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { type RuntimeHarness, runtimeHarness } from '#test/support/runtimeHarness.ts';
import { faults } from '#test/unit/runtimes/faults.ts';
import { normalise } from '#test/unit/runtimes/normalise.ts';
import { past } from '#test/unit/runtimes/past.ts';
import { patterns } from '#test/unit/runtimes/patterns.ts';
import { people } from '#test/unit/runtimes/people.ts';
import { restarts } from '#test/unit/runtimes/restarts.ts';
import type { Scenario } from '#test/unit/runtimes/scenario.ts';

const groups: { readonly [name: string]: readonly Scenario[] } = { patterns, faults, people, restarts, past };
const kinds: readonly RuntimeKind[] = [customKind(), langGraphKind()];

/** What the runs of a scenario recorded. Fails when the runtime logged an error or left something live. */
async function recorded(kind: RuntimeKind, scenario: Scenario): Promise<readonly object[]> {
  const store = await memoryStore();
  const opened: RuntimeHarness[] = [];
  try {
    const runIds = await scenario.tell((script) => {
      const h = runtimeHarness({ kind, store, ...(script && { script }) });
      opened.push(h);
      return h;
    });
    assert.deepEqual(
      opened.flatMap((h) => h.errors),
      [],
    );
    const histories = [];
    for (const runId of runIds) {
      const events = await store.runs.events(runId);
      const versions = (await store.runs.checkpoints(runId)).map(({ version }) => version);
      assert.deepEqual(
        versions,
        versions.map((_, index) => index + 1),
        'versions have no gap',
      );
      assert.equal(events[0]?.type === 'run.created' && events[0].runtime, kind.id);
      assert.deepEqual(await store.runtimeCheckpoints.list(runId), [], 'an ended run leaves no scheduler checkpoint');
      histories.push(normalise(events));
    }
    return histories;
  } finally {
    for (const h of opened) await h.close();
    await store.close();
  }
}

for (const kind of kinds) {
  describe(`the ${kind.id} runtime`, () => {
    for (const [name, scenarios] of Object.entries(groups)) {
      describe(name, () => {
        for (const scenario of scenarios) {
          it(scenario.rule, async () => {
            const histories = await recorded(kind, scenario);
            assert.ok(histories.length > 0);
            const [reference] = kinds;
            if (reference !== undefined && reference !== kind) assert.deepEqual(histories, await recorded(reference, scenario));
          });
        }
      });
    }
  });
}
