// Runs the fault matrix and writes its table into docs/providers.md. Usage: node scripts/faultMatrix.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MATRIX_END, MATRIX_START, matrixTable, runMatrix } from '../test/support/vendors/matrixTable.ts';

const file = fileURLToPath(new URL('../docs/providers.md', import.meta.url));
const text = readFileSync(file, 'utf8');
const [start, end] = [text.indexOf(MATRIX_START), text.indexOf(MATRIX_END)];
if (start === -1 || end < start) throw new Error('docs/providers.md has no place for the matrix');
const cells = await runMatrix();
for (const { fault, vendor, mode, broken } of cells)
  for (const promise of broken) console.error(`${fault.title}, ${vendor}, ${mode}: ${promise}`);
writeFileSync(file, `${text.slice(0, start)}${MATRIX_START}\n\n${matrixTable(cells)}\n\n${text.slice(end)}`);
console.log(`${cells.length} cells`);
process.exitCode = cells.some(({ broken }) => broken.length > 0) ? 1 : 0;
