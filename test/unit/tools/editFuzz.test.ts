// Random edits through the edit tool, put forward, accepted and taken back: the files are as they were, byte for byte.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isAppError } from '#base/errors.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { WorkspaceFiles } from '#core/ports.ts';

/** `CAS_FUZZ=100000 npm test -- unit` tries that many edits. */
const EDITS = Number(process.env['CAS_FUZZ'] ?? 3_000);
const PER_RUN = 12;
const why = { reason: 'fuzz', citations: [] };

function memoryFiles(content: ReadonlyMap<string, Uint8Array>): WorkspaceFiles {
  return {
    root: '/',
    read: (path) => Promise.resolve(content.get(path) ?? assert.fail(path)),
    stat: (path) => {
      const bytes = content.get(path);
      return Promise.resolve(bytes === undefined ? null : { kind: 'file', sizeBytes: bytes.length, modifiedAt: 0, mode: 0o644 });
    },
    list: () => Promise.resolve([...content.keys()]),
  };
}

const text = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'b\n', '  c\n', '\td\r\n', 'é', '\u{1f600}', '\ufeff', '\r', 'x();\n', '$&', '$1', '\\n'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const path = fc.constantFrom('a.ts', 'b.ts', 'new.ts');
const edit = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), path, from: fc.nat(), length: fc.nat(30), other: fc.boolean(), text }),
  fc.record({ kind: fc.constant('patch' as const), path, from: fc.nat(), text }),
  fc.record({ kind: fc.constantFrom('create' as const, 'write' as const, 'adopt' as const), path, text }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'discard' as const), path }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

async function apply(changes: ChangeSet, one: Edit): Promise<void> {
  switch (one.kind) {
    case 'replace': {
      const now = await changes.read(one.path);
      const from = now.length === 0 ? 0 : one.from % now.length;
      const search = now.slice(from, from + one.length + 1);
      if (search === '') return;
      await changes.replace({ path: one.path, search: one.other ? search.replaceAll('\r\n', '\n') : search, replace: one.text, ...why });
      return;
    }
    case 'patch': {
      const lines = (await changes.read(one.path)).split('\n');
      const at = one.from % lines.length;
      const added = one.text.split('\n').map((line) => `+${line}`);
      return changes.patch({ path: one.path, diff: `@@ -${at + 1} +${at + 1} @@\n-${lines[at] ?? ''}\n${added.join('\n')}\n`, ...why });
    }
    case 'create':
      return changes.create(one.path, one.text, why);
    case 'write':
      return changes.overwrite(one.path, one.text, why);
    case 'adopt':
      return changes.adopt(one.path, one.text, why);
    case 'delete':
      return changes.remove(one.path, why);
    case 'discard':
      return changes.discard(one.path);
  }
}

describe('random edits', () => {
  it(`draft exactly what was made of the files, against exactly what was there (${EDITS} edits)`, async function fuzz() {
    this.timeout(600_000);
    await fc.assert(
      fc.asyncProperty(text, text, fc.array(edit, { minLength: PER_RUN, maxLength: PER_RUN }), async (a, b, edits) => {
        const content = new Map([
          ['a.ts', Buffer.from(a)],
          ['b.ts', Buffer.from(b)],
        ]);
        const before = new Map([...content].map(([name, bytes]) => [name, bytes.toString('hex')]));
        const changes = new ChangeSet(memoryFiles(content));
        for (const one of edits) {
          const shown = new Map(changes.current());
          try {
            await apply(changes, one);
          } catch (error) {
            // A refusal is an answer too, and then nothing has changed.
            if (!isAppError(error)) throw error;
            assert.deepEqual(changes.current(), shown);
          }
        }
        assert.deepEqual(new Map([...content].map(([name, bytes]) => [name, bytes.toString('hex')])), before, 'the workspace was written');
        for (const file of changes.draft('t', 's')?.files ?? []) {
          const base = content.get(file.path);
          if (file.kind === 'create') assert.equal(base, undefined);
          else if (file.kind !== 'rename')
            assert.equal(
              file.baseHash,
              createHash('sha256')
                .update(base ?? '')
                .digest('hex'),
            );
          if (file.kind === 'modify') assert.equal(file.newText, changes.current().get(file.path));
        }
        for (const name of ['a.ts', 'b.ts', 'new.ts']) changes.discard(name);
        assert.equal(changes.draft('t', 's'), null, 'taken back, nothing is left');
      }),
      { numRuns: Math.ceil(EDITS / PER_RUN) },
    );
  });
});
