// Asks a person on the terminal. Only called when there is one.

import { createInterface } from 'node:readline/promises';
import { abortError } from '#base/abort.ts';
import type { DecisionView } from '#protocol/runView.ts';
import { printable } from '#cli/printers/format.ts';

export interface Answer {
  readonly choice: string;
  readonly reason: string;
}

interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Repeats until one of the options is typed: its id, the beginning of it or of its label when only one begins so, or its
 * number. Null when the input ends (Ctrl-D). Aborts with AbortError; Ctrl-C while asking is a SIGINT of this process.
 */
export async function askDecision(
  decision: DecisionView,
  signal: AbortSignal,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<Answer | null> {
  const terminal = createInterface({ input, output });
  const ended = new AbortController();
  terminal.on('close', () => ended.abort());
  // The terminal is in raw mode while it asks: Ctrl-C arrives here, not as a signal.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const either = AbortSignal.any([signal, ended.signal]);
  const question = (text: string): Promise<string> => terminal.question(text, { signal: either });
  try {
    const options = decision.options.map((option, i) => `${i + 1} ${printable(option.label)}`).join(', ');
    const detail = decision.detail.trim() === '' ? '' : `${printable(decision.detail.trim())}\n`;
    output.write(`\n${printable(decision.title)}\n${detail}`);
    for (;;) {
      const choice = pick(decision, (await question(`${options}: `)).trim().toLowerCase());
      if (choice !== null) return { choice, reason: (await question('Reason (may be empty): ')).trim() };
    }
  } catch (error) {
    if (signal.aborted) throw abortError();
    if (ended.signal.aborted) return null;
    throw error;
  } finally {
    terminal.close();
  }
}

function pick(decision: DecisionView, typed: string): string | null {
  if (typed === '') return null;
  const byNumber = decision.options[Number(typed) - 1];
  if (byNumber !== undefined) return byNumber.id;
  const exact = decision.options.find((option) => option.id.toLowerCase() === typed);
  if (exact !== undefined) return exact.id;
  const matching = decision.options.filter(
    (option) => option.id.toLowerCase().startsWith(typed) || option.label.toLowerCase().startsWith(typed),
  );
  return matching.length === 1 ? (matching[0]?.id ?? null) : null;
}
