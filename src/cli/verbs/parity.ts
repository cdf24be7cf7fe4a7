// `cas parity` and `cas runtimes`: what each runtime can do, measured, and how it is.

import { percent } from '#base/figures.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption } from '#cli/options.ts';
import { formatDuration, formatTime, plural, table } from '#cli/printers/format.ts';
import { evidenceLines, parityTable } from '#cli/printers/parityTable.ts';
import type { Session } from '#cli/session.ts';
import type { RuntimeStatus } from '#protocol/runtimeStatus.ts';

export async function parity(session: Session, options: Options): Promise<number> {
  if (options['history'] === true) return history(session, options);
  const { api, output, command } = session;
  const measured = await api.call(options['last'] === true ? 'parity.latest' : 'parity.run', chosen(options));
  const full = measured.reports.every((report) => report.available === report.total);
  if (output.json) output.value(measured);
  else if (measured.reports.length === 0) output.line(`Nothing was measured yet. Measure with: ${command('parity')}`);
  else {
    const lines = options['evidence'] === true ? evidenceLines(measured, output) : parityTable(measured, output);
    lines.forEach((line) => output.line(line));
  }
  return full ? exitCodes.ok : exitCodes.failed;
}

async function history({ api, output, command }: Session, options: Options): Promise<number> {
  const entries = await api.call('parity.history', chosen(options));
  if (output.json) output.value(entries);
  else if (entries.length === 0) output.line(`Nothing was measured yet. Measure with: ${command('parity')}`);
  else
    table(
      entries.map(({ at, runtime, available, total, durationMs }) => [
        formatTime(at),
        runtime,
        `${available} of ${total}`,
        formatDuration(durationMs),
      ]),
      output.columns,
    ).forEach((line) => output.line(line));
  return exitCodes.ok;
}

function chosen(options: Options): { readonly runtime?: string } {
  const runtime = textOption(options, 'runtime');
  return runtime === '' ? {} : { runtime };
}

export async function runtimes({ api, output }: Session): Promise<number> {
  const all = await api.call('runtimes.status');
  if (output.json) output.value(all);
  else table(all.map(row), output.columns).forEach((line) => output.line(line));
  return exitCodes.ok;
}

function row({ id, health, metrics }: RuntimeStatus): readonly string[] {
  const { queued, running, waiting } = health.steps;
  const load = `${plural(health.liveRuns, 'live run')}: ${running} running, ${queued} queued, ${waiting} waiting`;
  const { runs, steps } = metrics;
  if (runs.total === 0) return [id, health.status, `store ${formatDuration(health.store.pingMs)}`, load, 'no runs yet'];
  const rate = runs.successRate === null ? 'none ended yet' : `${percent(runs.successRate, 1)} completed`;
  const times = steps.p95Ms === null ? '' : ` · steps p50 ${formatDuration(steps.p50Ms ?? 0)}, p95 ${formatDuration(steps.p95Ms)}`;
  return [id, health.status, `store ${formatDuration(health.store.pingMs)}`, load, `${plural(runs.total, 'run')}, ${rate}${times}`];
}
