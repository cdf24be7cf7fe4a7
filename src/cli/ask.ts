// Asks a person on the terminal. Only called when there is one.

import { createInterface } from 'node:readline/promises';
import type { DecisionView } from '#protocol/runView.ts';
import { printable } from '#cli/printers/format.ts';

/** Repeats until one of the options is typed (its id, its first letter when unique, or its number). Aborts with AbortError. */
export async function askDecision(decision: DecisionView, signal: AbortSignal): Promise<{ choice: string; reason: string }> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const options = decision.options.map((option, i) => `${i + 1} ${option.label}`).join(', ');
    process.stderr.write(`\n${printable(decision.title)}\n${printable(decision.detail)}\n`);
    for (;;) {
      const typed = (await terminal.question(`${options}: `, { signal })).trim().toLowerCase();
      const choice = pick(decision, typed);
      if (choice !== null) return { choice, reason: (await terminal.question('Reason (may be empty): ', { signal })).trim() };
    }
  } finally {
    terminal.close();
  }
}

function pick(decision: DecisionView, typed: string): string | null {
  if (typed === '') return null;
  const byNumber = decision.options[Number(typed) - 1];
  if (byNumber !== undefined) return byNumber.id;
  const matching = decision.options.filter(
    (option) => option.id.toLowerCase().startsWith(typed) || option.label.toLowerCase().startsWith(typed),
  );
  return matching.length === 1 ? (matching[0]?.id ?? null) : null;
}
