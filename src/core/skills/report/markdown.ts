// The Markdown form of the report. Everything in it was measured in this run, or is marked as a model's or an uncited claim.

import type { ProposalView } from '#protocol/proposal.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import { countSeverities, findingSections, severityLine } from '#core/skills/report/findingSections.ts';
import type { CommandRun, History, RunFacts } from '#core/skills/report/collect.ts';
import { firstFindings } from '#core/skills/report/firstFindings.ts';
import { code, folded, place, plain, table } from '#core/skills/report/markdownText.ts';
import { count } from '#core/skills/source/findingList.ts';

export interface ReportInput {
  readonly title: string;
  readonly runId: string;
  readonly workflow: string;
  readonly mode: RunMode;
  readonly writtenAt: number;
  readonly facts: RunFacts;
  readonly proposals: readonly ProposalView[];
}

export function renderMarkdown(input: ReportInput): string {
  const { facts, proposals } = input;
  const sections: readonly (readonly [string, string])[] = [
    ['Proposals', proposalSection(input)],
    ['Findings', findingSections(facts.findings) + truncatedNote(facts.truncated)],
    ['Tests and linter', facts.commands.map(commandText).join('\n')],
    ['Where the code changes most', facts.history === null ? '' : historySection(facts.history)],
    ['What models wrote', facts.assessments.map(({ step, markdown }) => `### ${plain(step)}\n\n${demote(markdown)}`).join('\n\n')],
    ['Dismissed by a reviewer', dismissedSection(facts)],
    ['What ran', stepTable(facts)],
  ];
  const body = sections.filter(([, text]) => text !== '').map(([title, text]) => `## ${title}\n\n${text}`);
  return `${[`# ${plain(input.title)}`, headline(input, proposals), ...body].join('\n\n')}\n`;
}

function headline({ facts, runId, workflow, mode, writtenAt }: ReportInput, proposals: readonly ProposalView[]): string {
  const counts = countSeverities(facts.findings);
  const files = new Set(facts.findings.flatMap((finding) => finding.citations[0]?.path ?? [])).size;
  const checked = proposals.filter((proposal) => proposal.verification?.passed === true).length;
  const undone = facts.steps.filter((step) => step.status === 'failed' || step.status === 'did not run');
  const urgent = facts.findings.filter((finding) => finding.severity === 'critical' || finding.severity === 'high');
  const lines = [
    `Workflow ${code(workflow)}, run ${code(runId)}, ${new Date(writtenAt).toISOString().slice(0, 16).replace('T', ' ')} UTC${mode === 'dry-run' ? ', dry run' : ''}.`,
    '',
    `- **Findings:** ${severityLine(counts)}${files > 0 ? `, in ${count(files, 'file')}` : ''}.`,
    `- **Proposals:** ${proposals.length === 0 ? 'none' : `${proposals.length}, of which ${checked} passed verification`}.`,
    ...(undone.length === 0
      ? []
      : [`- **Not checked:** ${undone.map((step) => `${plain(step.key)} (${plain(step.detail || step.status)})`).join('; ')}.`]),
  ];
  if (urgent.length > 0) {
    lines.push('', 'To decide first:', '');
    for (const finding of firstFindings(urgent, 8)) {
      const first = finding.citations[0];
      lines.push(`1. ${plain(finding.title)} — ${first === undefined ? '(not cited)' : place(first)}`);
    }
    if (urgent.length > 8) lines.push('', `And ${urgent.length - 8} more of high severity below.`);
  }
  return lines.join('\n');
}

function truncatedNote(truncated: number): string {
  return truncated === 0 ? '' : `\n\n${truncated.toLocaleString('en-US')} more findings were over the limit of a check and are not listed.`;
}

function proposalSection({ proposals, facts }: ReportInput): string {
  if (proposals.length === 0) return '';
  const blocks = proposals.map((proposal) => {
    const files = proposal.files.map(
      (file) =>
        `- ${place({ path: file.path, line: file.hunks[0]?.oldStart || 1 })} +${file.added} −${file.removed}, ${count(file.hunks.length, 'hunk')}`,
    );
    const shown = files.length > 12 ? [...files.slice(0, 12), `- … and ${count(files.length - 12, 'more file')}`] : files;
    return [
      `### ${plain(proposal.title)}`,
      '',
      `${code(proposal.id)} by ${plain(proposal.agent)}, +${proposal.added} −${proposal.removed}. ${verificationText(proposal)} [Diff](proposals/${encodeURIComponent(proposal.id)}.diff)`,
      '',
      ...shown,
    ].join('\n');
  });
  const [first] = proposals;
  const path = first?.files[0]?.path ?? 'PATH';
  const how = [
    'Nothing is written before you accept it. In VS Code run **CAS: Review Proposal**; in a terminal:',
    '',
    '```sh',
    `cas proposals show ${first?.id ?? 'ID'}`,
    `cas proposals accept ${first?.id ?? 'ID'}`,
    `cas proposals accept ${first?.id ?? 'ID'} --file ${shellWord(path)} --hunk 1`,
    `cas proposals reject ${first?.id ?? 'ID'}`,
    '```',
  ].join('\n');
  const left = facts.notFixed.map(({ id, reason }) => `- ${code(id)}: ${plain(reason)}`);
  const notFixed = left.length === 0 ? [] : [folded(`${count(left.length, 'fix', 'fixes')} not proposed`, left.slice(0, 100).join('\n'))];
  return [how, ...blocks, ...notFixed].join('\n\n');
}

function shellWord(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function verificationText({ verification }: ProposalView): string {
  if (verification === null) return 'Not verified.';
  const checks = verification.checks.map((check) => `${check.name}${check.passed ? '' : ' failed'}`).join(', ');
  return `${verification.passed ? 'Verified' : '**Verification failed**'}${checks === '' ? '' : `: ${plain(checks)}`}.`;
}

function commandText(run: CommandRun): string {
  if (!run.ran) return `- ${plain(run.step)}: did not run. ${plain(run.reason ?? '')}`;
  const numbers = [
    ['passed', run.passed],
    ['failed', run.failed],
    ['skipped', run.skipped],
  ]
    .flatMap(([name, value]) => (typeof value === 'number' ? [`${value} ${name}`] : []))
    .join(', ');
  const command = Array.isArray(run.command) ? run.command.join(' ') : typeof run.command === 'string' ? run.command : argvOf(run.command);
  const time = typeof run.durationMs === 'number' ? `, ${(run.durationMs / 1000).toFixed(1)} s` : '';
  return `- ${plain(run.step)}: ${code(command)} ended with ${run.exitCode ?? 'a signal'}${numbers === '' ? '' : ` (${numbers})`}${time}.`;
}

function argvOf(command: unknown): string {
  const argv = (command as { argv?: unknown } | null | undefined)?.argv;
  return Array.isArray(argv) ? argv.join(' ') : 'command';
}

function historySection(history: History): string {
  if (history.reason) return plain(history.reason);
  if (history.commits === 0) return `No commits${history.sinceDays === undefined ? '' : ` in the last ${history.sinceDays} days`}.`;
  const scope = `${count(history.commits, 'commit')} by ${count(history.authors, 'author')}${history.sinceDays === undefined ? '' : ` in ${history.sinceDays} days`}`;
  const bus =
    typeof history.busFactor === 'number'
      ? ` More than half of the changed lines are by ${count(history.busFactor, 'person', 'people')}.`
      : '';
  const shallow = history.shallow ? ' The clone is shallow: the numbers are lower bounds.' : '';
  const owners = new Map(history.ownership.map((own) => [own.path, own]));
  const rows = history.hotspots.slice(0, 10).map((file) => {
    const owner = owners.get(file.path);
    const main = owner === undefined ? '' : `${plain(owner.author)}, ${Math.round(owner.share * 100)} %`;
    return [
      place({ path: file.path, line: 1 }),
      file.score.toFixed(1),
      String(file.commits),
      String(file.churn),
      String(file.authors),
      main,
    ];
  });
  const hotspots = rows.length === 0 ? '' : `\n\n${table(['File', 'Score', 'Commits', 'Changed lines', 'Authors', 'Most lines by'], rows)}`;
  return `${scope}.${bus}${shallow} Score: change frequency × complexity by indentation, 100 at most.${hotspots}`;
}

function dismissedSection({ dismissed }: RunFacts): string {
  if (dismissed.length === 0) return '';
  const rows = dismissed.map(
    ({ finding, reason }) =>
      `- ${finding.citations[0] === undefined ? '(not cited)' : place(finding.citations[0])} ${plain(finding.title)}: ${plain(reason)}`,
  );
  return folded(count(dismissed.length, 'finding'), rows.join('\n'));
}

function stepTable({ steps }: RunFacts): string {
  return steps.length === 0
    ? ''
    : table(
        ['Step', 'Outcome', 'Detail'],
        steps.map((step) => [plain(step.key), step.status, plain(step.detail)]),
      );
}

/** A model's headings must not break the outline of the report. */
function demote(markdown: string): string {
  return markdown.replace(/^(#{1,4})(?=\s)/gm, '##$1').replace(/^#{7,}/gm, '######');
}
