// The step tree: what runs, how long, which agent. Pure text from a RunView; redrawing is runPrinter.ts's.

import { formatDuration, padEnd, printable, truncate, widthOf } from '#cli/printers/format.ts';
import { foldedSteps, type TreeNode, treeNodes } from '#cli/printers/treeNodes.ts';
import { skipReason } from '#cli/printers/skipReason.ts';
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

/** The person left: nobody works on it here any more. */
const STOPPED: { readonly glyph: string; readonly colour: Colour } = { glyph: '◌', colour: 'gray' };

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const AGENT_COLUMNS = 10;
const TIME_COLUMNS = 8;
const NAME_COLUMNS = 36;
/** Paths in a log may be longer: they are never cut there. */
const LOG_NAME_COLUMNS = 24;
/** Below this many columns the agent is left out. */
const NARROW = 72;
/** A detail with less room than this says nothing. */
const LEAST_DETAIL = 12;

export interface TreeOptions {
  readonly output: Pick<Output, 'style' | 'columns'>;
  /** Epoch ms; steps that run are timed up to it. */
  readonly now: number;
  /** The last drawing after Ctrl-C: what was running is not finished. Default false. */
  readonly stopped?: boolean;
  /** Redrawn: a running step turns, and says what it does. */
  readonly live: boolean;
  /** Long lists of passes and items are folded to what runs, failed or was last done. */
  readonly fold: boolean;
  /** What a running step said last, by path. */
  readonly progress: ReadonlyMap<string, string>;
}

export function renderTree(run: RunView, options: TreeOptions): readonly string[] {
  const nodes = options.fold ? foldedSteps(treeNodes(run.steps)) : treeNodes(run.steps);
  const nameWidth = Math.min(NAME_COLUMNS, Math.max(8, ...nodes.map(({ depth, label }) => depth * 2 + widthOf(printable(label)))));
  return nodes.map((node) => renderNode(node, nameWidth, options));
}

/** One step on one line, as a plain log prints it when it changes. */
export function renderLine(step: StepView, { output, now }: Pick<TreeOptions, 'output' | 'now'>): string {
  const options: TreeOptions = { output, now, live: false, fold: false, progress: new Map() };
  return renderNode({ depth: 0, label: step.path, step }, LOG_NAME_COLUMNS, options);
}

function renderNode({ depth, label, step }: TreeNode, nameWidth: number, options: TreeOptions): string {
  const { style, columns } = options.output;
  const indent = '  '.repeat(depth);
  if (step === null) return style('gray', truncate(`${indent}${printable(label)}`, columns));
  const { glyph, colour } = isStopped(step, options.stopped) ? STOPPED : glyphs[step.status];
  const turns = step.status === 'running' && options.live;
  const mark = turns ? (spinner[Math.floor(options.now / 80) % spinner.length] ?? glyph) : glyph;
  const nameRoom = Math.max(8, Math.min(nameWidth, columns - 4 - TIME_COLUMNS) - indent.length);
  const name = padEnd(columns === Infinity ? oneLine(label) : truncate(oneLine(label), nameRoom), nameRoom);
  const agent = columns < NARROW ? '' : `  ${padEnd(truncate(step.agent ?? '', AGENT_COLUMNS), AGENT_COLUMNS)}`;
  const time = elapsed(step, options.now).padStart(TIME_COLUMNS);
  const used = indent.length + 2 + nameRoom + widthOf(agent) + 2 + TIME_COLUMNS + 2;
  const room = columns - used;
  const detail = room < LEAST_DETAIL ? '' : truncate(oneLine(detailOf(step, options)), room);
  const shade = step.status === 'failed' ? 'red' : 'gray';
  return `${indent}${style(colour, mark)} ${name}${style('gray', agent)}  ${time}  ${detail && style(shade, detail)}`.trimEnd();
}

const oneLine = (text: string): string => printable(text.replace(/\s+/g, ' ').trim());

function elapsed(step: StepView, now: number): string {
  if (step.startedAt === null) return '';
  return formatDuration(Math.max(0, (step.endedAt ?? now) - step.startedAt));
}

const isStopped = (step: StepView, stopped: boolean | undefined): boolean => stopped === true && step.status === 'running';

function detailOf(step: StepView, { progress, live, stopped }: TreeOptions): string {
  if (step.error !== null && step.status !== 'succeeded') return step.error.message;
  if (isStopped(step, stopped)) return 'not finished';
  if (step.status === 'running') return live ? (progress.get(step.path) ?? '') : '';
  if (step.status === 'waiting') return 'waits for you';
  if (step.reason !== null && step.status === 'skipped') return `skipped: ${skipReason(step.reason)}`;
  if (step.reason !== null && step.status === 'cancelled') return `cancelled: ${step.reason}`;
  return step.summary ?? '';
}
