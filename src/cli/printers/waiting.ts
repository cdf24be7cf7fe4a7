// What a person must type to answer a run that waits.

import { printable } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { DecisionView } from '#protocol/runView.ts';

/** The question, and one command for each answer. */
export function howToDecide({ command }: Pick<Session, 'command'>, decision: DecisionView): string {
  const detail = printable(decision.detail).trim();
  const answers = decision.options.map(({ id, label }) => {
    const words = `workflow decide ${decision.runId} ${id} --decision ${decision.id}`;
    return `  ${printable(label)}: ${command(words)}`;
  });
  return [`Waiting for you: ${printable(decision.title)}`, ...(detail === '' ? [] : [detail]), ...answers].join('\n');
}
