// `cas costs`, `cas budget …` and `cas workflow estimate`: what was spent, what may be, what is likely.

import { exitCodes } from '#cli/exitCodes.ts';
import { budgetOptions } from '#cli/budgetOptions.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { formatDuration, plural, printable, table } from '#cli/printers/format.ts';
import { costText, rangeText, tokensText } from '#cli/printers/money.ts';
import type { Session } from '#cli/session.ts';
import { timeOption } from '#cli/timeOption.ts';
import { budgetText, dollars } from '#core/llm/budget/limit.ts';
import { type BudgetStatus, type CostGroup, costGroups, tagSchema } from '#protocol/spending.ts';

export async function costs({ api, output }: Session, options: Options): Promise<number> {
  const by = textOption(options, 'by');
  if (!isGroup(by)) throw usage(`--by ${by}: it is one of ${costGroups.join(', ')}.`);
  const since = timeOption(options, 'since');
  const run = textOption(options, 'run');
  const report = await api.call('costs.report', { by, ...(since !== undefined && { since }), ...(run !== '' && { run }) });
  if (output.json) {
    output.value(report);
    return exitCodes.ok;
  }
  if (report.lines.length === 0) output.line('No model was called.');
  else {
    const rows = [...report.lines, { ...report.total, name: 'total' }].map((line) => [
      printable(line.name),
      costText(line),
      tokensText(line),
      plural(line.calls, 'call'),
    ]);
    table(rows, output.columns).forEach((row) => output.line(row));
  }
  return exitCodes.ok;
}

const isGroup = (word: string): word is CostGroup => (costGroups as readonly string[]).includes(word);

export async function setBudget(session: Session, options: Options): Promise<number> {
  const tag = textOption(options, 'tag');
  if (tag !== '' && !tagSchema.safeParse(tag).success) throw usage(`--tag ${tag}: it is 1 to 64 letters, digits and . : / _ -`);
  const budget = budgetOptions({ usd: textOption(options, 'usd'), tokens: textOption(options, 'tokens') }, ['--usd', '--tokens']);
  const off = options['off'] === true;
  if (off === (budget !== undefined)) throw usage('Give --usd, --tokens or both, or else --off.');
  const scope: BudgetStatus['scope'] = tag === '' ? { kind: 'day' } : { kind: 'tag', tag };
  await session.api.call('budgets.set', { scope, budget: budget ?? null });
  return showBudgets(session);
}

export async function showBudgets({ api, output, command }: Session): Promise<number> {
  const budgets = await api.call('budgets.get');
  if (output.json) output.value(budgets);
  else if (budgets.length === 0) output.line(`No budgets. Set one with: ${command('budget set --usd 5')}`);
  else table(budgets.map(budgetRow), output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

function budgetRow({ scope, budget, limit, spent }: BudgetStatus): readonly string[] {
  const spentText = [
    ...(limit.costMicroUsd === undefined ? [] : [`${dollars(spent.costMicroUsd)} of ${dollars(limit.costMicroUsd)}`]),
    ...(limit.tokens === undefined ? [] : [`${spent.tokens.toLocaleString('en-US')} of ${limit.tokens.toLocaleString('en-US')} tokens`]),
  ].join(', ');
  const name = scope.kind === 'day' ? 'each day' : `tag ${scope.tag}`;
  const extra = budgetText(budget) === budgetText(limit) ? '' : `raised from ${budgetText(budget)}`;
  return [name, `${spentText} ${scope.kind === 'day' ? 'today (UTC)' : 'in all'}`, extra];
}

export async function estimate({ api, output }: Session, _options: Options, [name = '']: readonly string[]): Promise<number> {
  const found = await api.call('runs.estimate', name);
  if (output.json) {
    output.value(found);
    return exitCodes.ok;
  }
  const { agents, calls, tokens, costMicroUsd, durationMs: time } = found;
  if (agents === null || calls === null || tokens === null) {
    output.line(`No history yet: no run of ${found.workflow} has ended in this workspace.`);
    return exitCodes.ok;
  }
  const whole = (n: number): string => n.toLocaleString('en-US');
  output.line(`From ${plural(found.runs, 'run')} of ${found.workflow}:`);
  output.line(`  agents with a model  ${rangeText(agents, whole)}`);
  output.line(`  model calls          ${rangeText(calls, whole)}`);
  output.line(`  tokens               ${rangeText(tokens, whole)}`);
  const sample = found.pricedRuns === found.runs ? '' : ` (${found.pricedRuns} of ${found.runs} runs have a known price)`;
  output.line(`  cost                 ${costMicroUsd === null ? 'unknown' : rangeText(costMicroUsd, dollars)}${sample}`);
  if (time !== null) output.line(`  time                 ${rangeText(time, formatDuration)}`);
  return exitCodes.ok;
}
