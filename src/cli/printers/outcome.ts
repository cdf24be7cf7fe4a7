// What a finished run leaves its reader with: how it ended, what was found, the report, the proposals, what to type next.

import type { Session } from '#cli/session.ts';
import { printCompensations } from '#cli/printers/compensations.ts';
import { formatDuration, plural, printable, table } from '#cli/printers/format.ts';
import type { Output } from '#cli/output.ts';
import { digestOf, printDigest, readReport } from '#cli/printers/report.ts';
import { dollars } from '#core/llm/budget/limit.ts';
import { knownTokens } from '#core/llm/usage.ts';
import type { ReportFiles } from '#protocol/api.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';
import type { RunStatus, RunView, StepView } from '#protocol/runView.ts';

const endings: { readonly [S in RunStatus]?: { readonly word: string; readonly colour: Parameters<Output['style']>[0] } } = {
  completed: { word: 'Completed', colour: 'green' },
  partial: { word: 'Partly done', colour: 'yellow' },
  failed: { word: 'Failed', colour: 'red' },
  cancelled: { word: 'Cancelled', colour: 'yellow' },
};

/** `since`: epoch ms from which the time is measured (the start of the run, or of this part of it). */
export async function printOutcome(session: Session, run: RunView, { since }: { readonly since: number }): Promise<void> {
  const { api, output } = session;
  const [report, proposals] = await Promise.all([
    api.call('runs.report', run.id),
    api.call('proposals.list', { runId: run.id, open: true }),
  ]);
  const digest = run.mode === 'dry-run' ? digestOf(run.results) : await readReport(report.json);
  if (output.json) {
    const { steps: _, results: __, ...summary } = run;
    output.value({ type: 'result', run: summary, findings: digest?.counts ?? null, report, proposals });
    return;
  }
  printEnding(output, run, since);
  if (digest !== null) printDigest(output, digest);
  printReport(session, report);
  await printProposals(session, run, proposals);
}

function printEnding(output: Output, run: RunView, since: number): void {
  const { word, colour } = endings[run.status] ?? { word: run.status, colour: 'gray' };
  const elapsed = formatDuration(Math.max(0, (run.endedAt ?? Date.now()) - since));
  output.line(`\n${output.style(colour, word)} in ${elapsed}: ${stepCounts(run.steps)}${tokens(run)}.`);
  if (run.error !== null) output.line(output.style('red', printable(run.error.message)));
  for (const { path, error } of run.errors) output.line(`  ${output.style('yellow', path)}: ${printable(error.message)}`);
  printCompensations(output, run);
}

function stepCounts(steps: readonly StepView[]): string {
  const count = (...statuses: readonly string[]): number => steps.filter((step) => statuses.includes(step.status)).length;
  const parts = [
    [count('succeeded'), 'done'],
    [count('failed'), 'failed'],
    [count('skipped'), 'skipped'],
    [count('cancelled'), 'cancelled'],
    [count('pending', 'queued', 'assigned'), 'not started'],
  ] as const;
  return `${plural(steps.length, 'step')}, ${parts.flatMap(([n, word]) => (n === 0 ? [] : [`${n} ${word}`])).join(', ')}`;
}

function tokens(run: RunView): string {
  if (run.usage.length === 0) return '';
  const partly = run.usage.some((u) => u.inputTokens === null || u.outputTokens === null) ? 'at least ' : '';
  const cost = run.usage.every((u) => u.costMicroUsd !== null)
    ? dollars(run.usage.reduce((total, u) => total + (u.costMicroUsd ?? 0), 0))
    : 'price unknown';
  return `; ${partly}${knownTokens(run.usage).toLocaleString('en-US')} tokens (${cost})`;
}

function printReport({ output, shown }: Session, report: ReportFiles): void {
  if (report.markdown !== null) output.line(`\nReport     ${shown(report.markdown)}`);
  if (report.json !== null) output.line(`As JSON    ${shown(report.json)}`);
}

async function printProposals(session: Session, run: RunView, proposals: readonly ProposalSummary[]): Promise<void> {
  const { output, api, command } = session;
  const [first] = proposals;
  if (first === undefined) return;
  const dry = run.mode === 'dry-run';
  const fate = dry ? 'would be made; a dry run keeps none of it' : 'wait for your decision; nothing in your files has changed';
  output.line(`\n${plural(proposals.length, 'proposal')} ${proposals.length === 1 ? fate.replace(/^wait /, 'waits ') : fate}:`);
  const rows = proposals.map((p) => [
    `  ${p.id}`,
    `+${p.added} −${p.removed}`,
    plural(p.files, 'file'),
    plural(p.hunks, 'hunk'),
    printable(p.title),
  ]);
  table(rows, output.columns).forEach((row) => output.line(row));
  if (dry) {
    for (const { id } of proposals) output.line(`\n${printable(await api.call('proposals.diff', id))}`.trimEnd());
    return;
  }
  output.line(`\nSee one    ${command(`proposals show ${first.id}`)}`);
  output.line(`Accept     ${command(`proposals accept ${first.id}`)}`);
  output.line(`In part    add --file PATH, and --hunk N for single hunks; reject works the same way`);
  output.line(`In VS Code open this folder, then "CAS: Review Proposal"`);
}
