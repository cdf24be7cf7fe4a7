// The live step tree: what runs, how long, which agent. Pure text from a RunView; redrawing is liveTree.ts's.

import { formatDuration, printable, truncate } from '#cli/printers/format.ts';
import type { Output } from '#cli/output.ts';
import type { RunView, StepStatus, StepView } from '#protocol/runView.ts';

type Colour = Parameters<Output['style']>[0];

const glyphs: { readonly [S in StepStatus]: { readonly glyph: string; readonly colour: Colour } } = {
  pending: { glyph: '○', colour: 'gray' },
  queued: { glyph: '○', colour: 'gray' },
  assigned: { glyph: '○', colour: 'gray' },
  running: { glyph: '●', colour: 'blue' },
  waiting: { glyph: '?', colour: 'yellow' },
  retrying: { glyph: '↻', colour: 'yellow' },
  succeeded: { glyph: '✔', colour: 'green' },
  failed: { glyph: '✖', colour: 'red' },
  skipped: { glyph: '–', colour: 'gray' },
  cancelled: { glyph: '⊘', colour: 'gray' },
};

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

export interface TreeOptions {
  readonly output: Pick<Output, 'style' | 'columns'>;
  readonly now: number;
  /** A running step turns; off where lines are only appended. */
  readonly spinning: boolean;
  /** What a running step said last, by path. */
  readonly progress: ReadonlyMap<string, string>;
}

export function renderTree(run: RunView, options: TreeOptions): readonly string[] {
  const lines: string[] = [];
  const nameWidth = Math.min(28, widest(run.steps, 0));
  for (const step of run.steps) renderStep(step, 0, { ...options, nameWidth }, lines);
  return lines;
}

/** One step on one line, as a plain log prints it when it changes. */
export function renderLine(step: StepView, options: TreeOptions): string {
  return stepLine(step, step.path, options);
}

interface RowOptions extends TreeOptions {
  readonly nameWidth: number;
}

function renderStep(step: StepView, depth: number, options: RowOptions, lines: string[]): void {
  const indent = '  '.repeat(depth);
  lines.push(indent + stepLine(step, step.title.padEnd(Math.max(0, options.nameWidth - indent.length)), options, indent.length));
  for (const child of step.children) renderStep(child, depth + 1, options, lines);
}

function stepLine(step: StepView, name: string, options: TreeOptions, indent = 0): string {
  const { glyph, colour } = glyphs[step.status];
  const mark = step.status === 'running' && options.spinning ? (spinner[Math.floor(options.now / 80) % spinner.length] ?? glyph) : glyph;
  const agent = (step.agent ?? '').padEnd(10);
  const time = elapsed(step, options.now).padStart(9);
  const room = Math.max(10, options.output.columns - indent - name.length - agent.length - time.length - 8);
  const detail = truncate(printable(detailOf(step, options.progress)).replaceAll('\n', ' '), room);
  const style = options.output.style;
  return `${style(colour, mark)} ${name}  ${style('gray', agent)} ${time}  ${step.status === 'failed' ? style('red', detail) : style('gray', detail)}`.trimEnd();
}

function elapsed(step: StepView, now: number): string {
  if (step.startedAt === null) return '';
  return formatDuration((step.endedAt ?? now) - step.startedAt);
}

function detailOf(step: StepView, progress: ReadonlyMap<string, string>): string {
  if (step.error !== null && step.status !== 'succeeded') return step.error.message;
  if (step.status === 'running') return progress.get(step.path) ?? '';
  if (step.status === 'waiting') return 'waiting for you';
  if (step.reason !== null && (step.status === 'skipped' || step.status === 'cancelled')) return `${step.status}: ${step.reason}`;
  return step.summary ?? '';
}

function widest(steps: readonly StepView[], depth: number): number {
  return Math.max(8, ...steps.map((step) => Math.max(step.title.length + depth * 2, widest(step.children, depth + 1))));
}
