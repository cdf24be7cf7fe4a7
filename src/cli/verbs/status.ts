// `cas workflow status` and `history`: what ran, step by step.

import { exitCodes } from '#cli/exitCodes.ts';
import type { Options } from '#cli/options.ts';
import { printCompensations } from '#cli/printers/compensations.ts';
import { formatDuration, formatTime, printable, table } from '#cli/printers/format.ts';
import { printSpent } from '#cli/printers/spent.ts';
import { renderTree } from '#cli/printers/stepTree.ts';
import { howToDecide } from '#cli/printers/waiting.ts';
import type { Session } from '#cli/session.ts';
import { thinking } from '#cli/verbs/thinking.ts';
import { versions } from '#cli/verbs/timeTravel.ts';
import type { RunSummary, RunView } from '#protocol/runView.ts';

export async function status(session: Session, _options: Options, [id]: readonly string[]): Promise<number> {
  return id === undefined ? listRuns(session) : showRun(session, id);
}

async function listRuns({ api, output, command }: Session): Promise<number> {
  const runs = await api.call('runs.list', { limit: 20 });
  if (output.json) output.value(runs);
  else if (runs.length === 0) output.line(`No runs yet. Start one with: ${command('workflow run code-review')}`);
  else table(runs.map(runRow), output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

function runRow(run: RunSummary): readonly string[] {
  const elapsed = run.endedAt === null ? '' : formatDuration(run.endedAt - run.createdAt);
  const waits = run.waitingDecisions > 0 ? ', waits for you' : '';
  return [run.id, run.status + waits, `${run.stepsDone}/${run.stepsTotal}`, formatTime(run.createdAt), elapsed, printable(run.title)];
}

async function showRun(session: Session, id: string): Promise<number> {
  const { api, output } = session;
  const run = await api.call('runs.get', id);
  if (output.json) output.value(run);
  else {
    printRun(session, run);
    await printSpent(session, run);
  }
  return exitCodes.ok;
}

function printRun(session: Session, run: RunView): void {
  const { output, command } = session;
  const facts = [run.status, run.workflow, run.mode, run.runtime, `v${run.version}`, run.id].join(' · ');
  output.line(`${output.style('bold', printable(run.title))}  ${facts}\n`);
  const now = run.endedAt ?? Date.now();
  renderTree(run, { output, now, live: false, fold: false, progress: new Map() }).forEach((row) => output.line(row));
  for (const decision of run.decisions) output.line(`\n${howToDecide(session, decision)}`);
  if (run.status === 'paused') output.line(`\nPaused. Go on with: ${command(`workflow resume ${run.id}`)}`);
  if (run.error !== null) output.line(`\n${output.style('red', printable(run.error.message))} (${run.error.code})`);
  printCompensations(output, run);
}

export async function history(session: Session, options: Options, [id = '']: readonly string[]): Promise<number> {
  if (options['thinking'] === true) return thinking(session, options, [id]);
  return options['events'] === true ? printEvents(session, id) : versions(session, options, [id]);
}

const PAGE = 1_000;

async function printEvents({ api, output }: Session, id: string): Promise<number> {
  for (let afterSeq = 0; ;) {
    const events = await api.call('runs.events', { id, afterSeq, limit: PAGE });
    events.forEach((event) => output.value(event));
    if (events.length < PAGE) return exitCodes.ok;
    afterSeq = events.at(-1)?.seq ?? afterSeq;
  }
}
