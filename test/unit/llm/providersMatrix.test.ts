import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';
import { faults } from '#test/support/vendors/faults.ts';
import type { Cell } from '#test/support/vendors/matrix.ts';
import { MATRIX_END, MATRIX_START, matrixTable, runMatrix } from '#test/support/vendors/matrixTable.ts';

describe('the fault matrix', function () {
  this.timeout(TEST_LIMIT_MS);
  let cells: readonly Cell[];
  before(async () => {
    cells = await runMatrix();
  });

  it('has at least 25 faults', () => {
    assert.ok(faults.length >= 25);
  });

  it('shows no hang, no truncated answer taken for whole, no lost run, no call after a terminal error', () => {
    const broken = cells.flatMap(({ fault, vendor, mode, broken }) => broken.map((what) => `${fault.title}, ${vendor}, ${mode}: ${what}`));
    assert.deepEqual(broken, []);
  });

  it('is what docs/providers.md says (node scripts/faultMatrix.mjs writes it)', async () => {
    const text = await readFile('docs/providers.md', 'utf8');
    const kept = text.slice(text.indexOf(MATRIX_START) + MATRIX_START.length, text.indexOf(MATRIX_END));
    assert.equal(kept.trim(), matrixTable(cells));
  });
});
