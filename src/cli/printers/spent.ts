// What a run has spent, of which budget, and which models answered it and why.

import { costText, tokensText } from '#cli/printers/money.ts';
import { plural, printable } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import { budgetText } from '#core/llm/budget/limit.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';
import type { RunView } from '#protocol/runView.ts';

/** Nothing for a run that asked no model. */
export async function printSpent({ api, output }: Session, run: RunView): Promise<void> {
  const [{ total }, records] = await Promise.all([
    api.call('costs.report', { by: 'step', run: run.id }),
    api.call('runs.events', { id: run.id, types: ['agent.recorded'] }),
  ]);
  const of = run.budget === undefined ? '' : ` of a budget of ${budgetText(run.budget.limit)}`;
  const tags = run.tags === undefined || run.tags.length === 0 ? '' : ` · tags ${run.tags.join(', ')}`;
  if (total.calls > 0 || of !== '')
    output.line(`\nSpent  ${costText(total)}, ${tokensText(total)} in ${plural(total.calls, 'call')}${of}${tags}`);
  routes(records as readonly RunEventOf<'agent.recorded'>[]).forEach((line) => output.line(line));
}

interface Route {
  readonly reason?: unknown;
  readonly passedOver?: readonly { readonly provider?: unknown; readonly model?: unknown; readonly reason?: unknown }[];
}

/** One line for each decision that came up, with how often it did. */
function routes(records: readonly RunEventOf<'agent.recorded'>[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { path, kind, title, data, ok } of records) {
    if (kind !== 'model' || !ok) continue;
    const { route } = data as { readonly route?: Route };
    const model = title.split(', turn ', 1)[0] ?? title;
    const over = (route?.passedOver ?? []).map((one) => `${String(one.provider)}/${String(one.model)}: ${String(one.reason)}`);
    const why = typeof route?.reason === 'string' ? [route.reason] : [];
    const line = [`Model  ${path}: ${model}`, ...why, ...over.map((one) => `passed over ${one}`)].join('; ');
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return Array.from(counts, ([line, count]) => printable(`${line}${count === 1 ? '' : ` (${count} times)`}`));
}
