// Shows a run while it goes on: a tree redrawn in place, or one line per change where nothing can be redrawn.

import { createLogUpdate } from 'log-update';
import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import type { Output } from '#cli/output.ts';
import { printable } from '#cli/printers/format.ts';
import { renderLine, renderTree } from '#cli/printers/stepTree.ts';
import type { StepSignal } from '#protocol/runEvents.ts';
import type { RunView, StepView } from '#protocol/runView.ts';

export interface RunPrinter extends Disposable {
  /** Once, before anything else: what runs, and the id by which it can be steered from another terminal. */
  begin(run: RunView): void;
  /** The newest state of the run. */
  show(run: RunView): void;
  signal(signal: StepSignal): void;
  /** Said once, and left standing. */
  warn(text: string): void;
  /** Leaves the tree as it is while something else is asked below it; the next `show` draws a new one. */
  suspend(): void;
  /** The person leaves: the last drawing shows what was running as not finished. Then like `dispose`. */
  stop(): void;
}

const REDRAW_MS = 100;

export function createRunPrinter(output: Output): RunPrinter {
  if (output.json)
    return { begin: () => {}, show: () => {}, signal: () => {}, warn: () => {}, suspend: () => {}, stop: () => {}, dispose: () => {} };
  return output.interactive ? redrawn(output) : logged(output);
}

function printHead(output: Output, run: RunView): void {
  const facts = `${run.workflow} · ${run.mode} · ${run.id}`;
  output.line(`${output.style('bold', printable(run.title))}  ${output.style('gray', facts)}\n`);
}

function redrawn(output: Output): RunPrinter {
  const region = createLogUpdate(process.stdout, { showCursor: true });
  const progress = new Map<string, string>();
  const warnings: string[] = [];
  const resources = new DisposableStore();
  let latest: RunView | null = null;
  let [suspended, stopped] = [false, false];
  const draw = (live: boolean): void => {
    if (latest === null || suspended) return;
    const rows = [...warnings, ...renderTree(latest, { output, now: Date.now(), live, stopped, fold: true, progress })];
    region((live ? fit(rows, output.rows) : rows).join('\n'));
  };
  const timer = setInterval(() => draw(true), REDRAW_MS);
  resources.add(toDisposable(() => clearInterval(timer)));
  const end = (): void => {
    if (resources.disposed) return;
    resources.dispose();
    draw(false);
    region.done();
  };
  return {
    begin: (run) => printHead(output, run),
    show(run) {
      latest = run;
      suspended = false;
    },
    signal: (signal) => remember(progress, signal),
    warn: (text) => void warnings.push(warningLine(output, text)),
    suspend() {
      if (suspended) return;
      draw(false);
      suspended = true;
      region.done();
    },
    stop() {
      stopped = true;
      end();
    },
    dispose: end,
  };
}

/** More rows than the terminal has cannot be redrawn: those above are counted in one line. */
function fit(rows: readonly string[], height: number): readonly string[] {
  const room = Math.max(3, height - 2);
  if (rows.length <= room) return rows;
  return [`  … ${rows.length - room + 1} more above`, ...rows.slice(rows.length - room + 1)];
}

function logged(output: Output): RunPrinter {
  const shown = new Map<string, string>();
  const visit = (step: StepView): void => {
    const state = `${step.status}#${step.attempt}`;
    if (shown.get(step.path) !== state && !['pending', 'queued', 'assigned'].includes(step.status)) {
      shown.set(step.path, state);
      output.line(renderLine(step, { output, now: Date.now() }));
    }
    for (const child of step.children) visit(child);
  };
  return {
    begin: (run) => printHead(output, run),
    show: (run) => run.steps.forEach(visit),
    signal: () => {},
    warn: (text) => output.line(warningLine(output, text)),
    suspend: () => {},
    stop: () => {},
    dispose: () => {},
  };
}

function warningLine(output: Output, text: string): string {
  return output.style('yellow', `! ${printable(text)}`);
}

/** What a step said last. Of a model's stream the last line that has something in it. */
function remember(progress: Map<string, string>, signal: StepSignal): void {
  if (signal.type === 'progress') {
    const count = signal.total === undefined ? '' : ` ${signal.done ?? 0}/${signal.total}`;
    progress.set(signal.path, `${signal.message}${count}`);
  } else if (signal.type === 'tool') progress.set(signal.path, signal.title);
  else if (signal.type === 'text') progress.set(signal.path, ((progress.get(signal.path) ?? '') + signal.text).slice(-120));
}
