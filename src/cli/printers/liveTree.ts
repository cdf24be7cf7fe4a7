// Follows a run on the terminal: a tree redrawn in place, or one line per change where nothing can be redrawn.

import { createLogUpdate } from 'log-update';
import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import type { Output } from '#cli/output.ts';
import { renderLine, renderTree } from '#cli/printers/stepTree.ts';
import type { StepSignal } from '#protocol/runEvents.ts';
import type { RunView, StepView } from '#protocol/runView.ts';

export interface RunFollower extends Disposable {
  /** The newest state of the run. */
  show(run: RunView): void;
  signal(signal: StepSignal): void;
  /** Clears the redrawn region while something else is printed or asked. */
  suspend(): void;
}

const REDRAW_MS = 100;

export function followRun(output: Output): RunFollower {
  return output.interactive ? redrawn(output) : logged(output);
}

function redrawn(output: Output): RunFollower {
  const region = createLogUpdate(process.stdout, { showCursor: true });
  const progress = new Map<string, string>();
  const resources = new DisposableStore();
  let latest: RunView | null = null;
  let suspended = false;
  const draw = (): void => {
    if (latest === null || suspended) return;
    const rows = renderTree(latest, { output, now: Date.now(), spinning: true, progress });
    region(fit(rows, process.stdout.rows ?? 40).join('\n'));
  };
  const timer = setInterval(draw, REDRAW_MS);
  resources.add(toDisposable(() => clearInterval(timer)));
  return {
    show(run) {
      latest = run;
      suspended = false;
    },
    signal: (signal) => remember(progress, signal),
    suspend() {
      suspended = true;
      region.clear();
    },
    dispose() {
      if (resources.disposed) return;
      draw();
      resources.dispose();
      region.done();
    },
  };
}

/** More rows than the terminal has cannot be redrawn: the settled ones above are folded into one line. */
function fit(rows: readonly string[], height: number): readonly string[] {
  const room = Math.max(3, height - 2);
  if (rows.length <= room) return rows;
  return [`  … ${rows.length - room + 1} more above`, ...rows.slice(rows.length - room + 1)];
}

function logged(output: Output): RunFollower {
  const shown = new Map<string, string>();
  const progress = new Map<string, string>();
  const visit = (step: StepView): void => {
    const state = `${step.status}#${step.attempt}`;
    const worthIt = !['pending', 'queued', 'assigned'].includes(step.status);
    if (worthIt && shown.get(step.path) !== state) {
      shown.set(step.path, state);
      output.line(renderLine(step, { output, now: Date.now(), spinning: false, progress }));
    }
    for (const child of step.children) visit(child);
  };
  return {
    show: (run) => run.steps.forEach(visit),
    signal: (signal) => remember(progress, signal),
    suspend: () => {},
    dispose: () => {},
  };
}

function remember(progress: Map<string, string>, signal: StepSignal): void {
  if (signal.type === 'progress') {
    const count = signal.total === undefined ? '' : ` ${signal.done ?? 0}/${signal.total}`;
    progress.set(signal.path, `${signal.message}${count}`);
  } else if (signal.type === 'tool') progress.set(signal.path, signal.title);
  else if (signal.type === 'text') progress.set(signal.path, ((progress.get(signal.path) ?? '') + signal.text).slice(-120));
}
