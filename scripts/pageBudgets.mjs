// What the pages may weigh, gzipped, in bytes. The build fails above it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1024;
export const BUDGETS = { 'first script': 90 * KB, dashboard: 220 * KB };

const gzipped = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

/** What is loaded with `file`: itself and what it imports at once, or later too. */
function closure(metafile, file, { later }) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { path: imported, kind } of metafile.outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' || (later && kind === 'dynamic-import')) visit(imported);
    }
  };
  visit(file);
  return [...seen];
}

/** Sizes by name: the script that runs first with its imports; everything of the dashboard with styles and font. */
export function pageSizes(metafile, outdir) {
  const entry = Object.keys(metafile.outputs).find((file) => file.endsWith('/dashboard.js'));
  const sum = (files) => files.reduce((total, file) => total + gzipped(file), 0);
  const assets = readdirSync(outdir).filter((file) => file === 'dashboard.css' || file.endsWith('.woff2'));
  return {
    'first script': sum(closure(metafile, entry, { later: false })),
    dashboard: sum(closure(metafile, entry, { later: true })) + sum(assets.map((file) => path.join(outdir, file))),
  };
}

/** Throws when something is above its budget. */
export function assertWithinBudgets(sizes) {
  const over = Object.entries(BUDGETS).filter(([name, limit]) => sizes[name] > limit);
  if (over.length === 0) return;
  const lines = over.map(([name, limit]) => `${name}: ${(sizes[name] / KB).toFixed(1)} KB, the budget is ${limit / KB} KB`);
  throw new Error(`Pages are too heavy (gzip).\n${lines.join('\n')}`);
}
