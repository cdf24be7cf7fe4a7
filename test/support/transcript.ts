// A run's events as readable lines, compared whole with a file under test/golden. A missing file fails the test.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '#protocol/runEvents.ts';

/** One event a line: seq, milliseconds since the start, type, then the fields of the event. */
export function transcript(events: readonly RunEvent[]): string {
  const [first] = events;
  const lines = events.map((event) => {
    const { type, seq, at, runId: _, ...fields } = event;
    const shown = type === 'run.created' ? pick(fields, ['workflow', 'inputs', 'mode', 'flags']) : fields;
    const rest = Object.entries(shown).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return [String(seq).padStart(3), `+${at - (first?.at ?? at)}`.padStart(7), type.padEnd(19), ...rest].join(' ');
  });
  return `${lines.join('\n')}\n`;
}

function pick(fields: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

/** `UPDATE_GOLDEN=1` writes the file instead: look at the difference before it is committed. */
export function assertGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}.txt`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.ok(existsSync(file), `${file} is missing`);
  assert.equal(text, readFileSync(file, 'utf8'));
}
