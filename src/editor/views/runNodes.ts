// The Runs view: live ones on top, then by day; under a run its steps, its report and its proposals.

import * as vscode from 'vscode';
import { dayOf, dotted, duration, elapsed, plural } from '#base/figures.ts';
import { fullDate, moment } from '#editor/views/format.ts';
import type { NodeSpec } from '#editor/views/liveTree.ts';
import { proposalNode } from '#editor/views/proposalNodes.ts';
import { isFinished, runLook, stepLook } from '#editor/views/states.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { ReportFiles } from '#protocol/api.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';
import type { RunSummary, RunView, StepView } from '#protocol/runView.ts';

const { t } = vscode.l10n;

export type RunGroup = 'live' | 'today' | 'yesterday' | 'older';
export const PAGE = 50;

export interface RunDetails {
  readonly run: RunView;
  readonly report: ReportFiles;
  readonly proposals: readonly ProposalSummary[];
}

export interface RunTreeOptions {
  readonly now: number;
  readonly agentName: (id: string) => string;
  /** How many of a group are shown; default one page. */
  readonly shown: Readonly<Partial<Record<RunGroup, number>>>;
  readonly details: (runId: string) => Promise<RunDetails>;
}

export function groupOf(run: RunSummary, now: number): RunGroup {
  return isFinished(run.status) ? dayOf(run.endedAt ?? run.createdAt, now) : 'live';
}

/** What the run waits for or does now, or how it ended: `Build · 2 m 14 s`, `11:20 · 4 m 02 s`, `09:31 · cancelled`. */
export function describeRun(run: RunSummary, now: number): string {
  const { word } = runLook(run);
  if (!isFinished(run.status)) {
    if (run.status === 'executing' && run.waitingDecisions === 0) return dotted(run.currentStep ?? word, elapsed(now - run.createdAt));
    return word;
  }
  const at = moment(run.createdAt, now);
  const took = run.endedAt === null ? null : duration(run.endedAt - run.createdAt);
  if (run.status === 'completed') return dotted(at, took, run.mode === 'dry-run' && t('dry run'));
  const step = run.error?.details['path'];
  return dotted(at, typeof step === 'string' ? t('{0} at {1}', word, step) : word);
}

function runContext(run: RunSummary): string {
  if (isFinished(run.status)) return run.status === 'completed' || run.status === 'partial' ? 'run:done' : `run:${run.status}`;
  if (run.waitingDecisions > 0) return 'run:waiting';
  return run.status === 'paused' ? 'run:paused' : 'run:running';
}

function hover(run: RunSummary): vscode.MarkdownString {
  const state = dotted(run.workflow, t('{0} of {1} steps', run.stepsDone, run.stepsTotal), run.mode);
  const started = t('Started {0}', fullDate(run.createdAt));
  const times = run.endedAt === null ? started : t('{0}, ended {1}', started, fullDate(run.endedAt));
  const parts = [`**${escapeMarkdown(run.title)}**`, escapeMarkdown(state), escapeMarkdown(times)];
  if (run.error) parts.push(escapeMarkdown(run.error.message));
  return new vscode.MarkdownString([...parts, `\`${run.id}\``].join('\n\n'));
}

function stepNodes(steps: readonly StepView[], run: RunSummary, now: number): readonly NodeSpec[] {
  return steps.map((step) => {
    const { icon, word } = stepLook(step.status);
    const live = step.startedAt !== null && step.endedAt === null && !isFinished(run.status);
    const took = step.startedAt !== null && step.endedAt !== null ? duration(step.endedAt - step.startedAt) : null;
    const what = step.error?.message ?? step.summary ?? step.reason ?? (step.status === 'succeeded' ? null : word);
    const description = dotted(step.agent, what, live ? elapsed(now - (step.startedAt ?? now)) : took);
    return {
      id: `${run.id}:${step.path}`,
      label: step.title,
      description,
      tooltip: [step.title, description, step.action].filter(Boolean).join('\n'),
      icon,
      context: `step:${step.status}`,
      spoken: `${step.title}, ${word}, ${description}`,
      ...(step.children.length > 0 && { open: 'expanded' as const, children: stepNodes(step.children, run, now) }),
    };
  });
}

function reportNode(runId: string, report: ReportFiles): readonly NodeSpec[] {
  if (!report.markdown) return [];
  const file = vscode.Uri.file(report.markdown);
  const command = { command: 'cas.run.open', title: t('Open Report'), arguments: [{ runId }] };
  return [
    { id: `${runId}:report`, label: t('Report'), tooltip: file.fsPath, icon: new vscode.ThemeIcon('output'), context: 'report', command },
  ];
}

async function detailNodes(runId: string, options: RunTreeOptions): Promise<readonly NodeSpec[]> {
  const { run, report, proposals } = await options.details(runId);
  const changes = proposals.map((proposal) => ({
    ...proposalNode(proposal, options.agentName(proposal.agent)),
    id: `${runId}:${proposal.id}`,
  }));
  return [...stepNodes(run.steps, run, Date.now()), ...reportNode(runId, report), ...changes];
}

function runNode(run: RunSummary, options: RunTreeOptions): NodeSpec {
  const { icon, word } = runLook(run);
  const description = describeRun(run, options.now);
  return {
    id: run.id,
    label: run.title,
    description,
    tooltip: hover(run),
    icon,
    context: runContext(run),
    target: { kind: 'run', id: run.id },
    spoken: `${run.title}, ${word}, ${description}`,
    open: 'collapsed',
    children: async () => detailNodes(run.id, options),
    // Elapsed times of the steps are drawn with the run's own.
    revision: isFinished(run.status) ? run.lastSeq : `${run.lastSeq}/${description}`,
  };
}

function groupNode(group: RunGroup, runs: readonly RunSummary[], options: RunTreeOptions): NodeSpec {
  const labels = { live: t('Live'), today: t('Today'), yesterday: t('Yesterday'), older: t('Older') };
  const shown = options.shown[group] ?? PAGE;
  const nodes = runs.slice(0, shown).map((run) => runNode(run, options));
  const command = { command: 'cas.run.loadMore', title: t('Load More'), arguments: [group] };
  const more = { id: `${group}:more`, label: t('Load More'), description: t('{0} more', runs.length - shown), command };
  return {
    id: `group:${group}`,
    label: labels[group],
    context: 'runGroup',
    open: group === 'live' || group === 'today' ? 'expanded' : 'collapsed',
    children: runs.length > shown ? [...nodes, more] : nodes,
  };
}

export function runNodes(runs: readonly RunSummary[], options: RunTreeOptions): readonly NodeSpec[] {
  const newestFirst = [...runs].sort((a, b) => b.createdAt - a.createdAt);
  return (['live', 'today', 'yesterday', 'older'] as const).flatMap((group) => {
    const members = newestFirst.filter((run) => groupOf(run, options.now) === group);
    return members.length > 0 ? [groupNode(group, members, options)] : [];
  });
}

export interface RunCounts {
  readonly running: number;
  readonly paused: number;
  readonly waiting: number;
}

export function countRuns(runs: readonly RunSummary[]): RunCounts {
  const live = runs.filter(({ status }) => !isFinished(status));
  const waiting = live.filter(({ waitingDecisions }) => waitingDecisions > 0);
  const paused = live.filter(({ status, waitingDecisions }) => status === 'paused' && waitingDecisions === 0);
  return { running: live.length - waiting.length - paused.length, paused: paused.length, waiting: waiting.length };
}

/** `1 running, 1 waiting`; empty when nothing is live. */
export function runsSummary(runs: readonly RunSummary[]): string {
  const { running, paused, waiting } = countRuns(runs);
  const parts = [
    running > 0 && t('{0} running', running),
    paused > 0 && t('{0} paused', paused),
    waiting > 0 && plural(waiting, t('1 waiting'), t('{0} waiting', waiting)),
  ];
  return parts.filter(Boolean).join(', ');
}
