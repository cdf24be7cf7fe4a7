// Sizes and retention of the store as the command line prints them.

import { formatDuration, formatTime, plural, table } from '#cli/printers/format.ts';
import type { PruneReport, RetentionPolicy, StoreInfo } from '#protocol/storeCare.ts';

const UNITS = ['KB', 'MB', 'GB', 'TB'];

/** `512 B`, `4.0 KB`, `1.3 GB`; 1 KB is 1,024 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  return `${(bytes / 1_024 ** power).toFixed(1)} ${UNITS[power - 1] ?? ''}`;
}

const DAY_MS = 86_400_000;

export function infoRows(info: StoreInfo, now: number): readonly (readonly string[])[] {
  const { runs, proposals, blobs, runFolders, aside } = info;
  const oldest = runs.oldestAt === null ? '' : `, the oldest ${plural(Math.floor((now - runs.oldestAt) / DAY_MS), 'day')} old`;
  return [
    ['file', info.file],
    ['size', `${formatBytes(info.databaseBytes)}, ${formatBytes(info.freeBytes)} of it unused, journal ${formatBytes(info.journalBytes)}`],
    ['durability', info.durability],
    ['schema', String(info.schema)],
    ['runs', `${runs.count}, ${runs.unfinished} unfinished${oldest}`],
    ['events', String(info.events)],
    ['proposals', `${proposals.count}, ${proposals.open} open`],
    ['contents', `${plural(blobs.count, 'file version')}, ${formatBytes(blobs.bytes)}`],
    ['run folders', `${runFolders.folders}, ${plural(runFolders.files, 'file')}, ${formatBytes(runFolders.bytes)}`],
    ...aside.map((one) => ['kept aside', `${one.file}, ${formatBytes(one.bytes)}`]),
    ['kept', policyText(info.retention)],
  ];
}

function policyText({ runsDays, runsNewest, usageDays, answersDays, messagesDays, auditDays }: RetentionPolicy): string {
  const days = (count: number | null): string => (count === null ? 'for ever' : plural(count, 'day'));
  const newest = runsNewest === null ? '' : `, at most ${runsNewest}`;
  return `finished runs ${days(runsDays)}${newest}; usage ${days(usageDays)}; answers ${days(answersDays)}; messages ${days(messagesDays)}; audit ${days(auditDays)}`;
}

/** In a dry run every run by name; then the totals. */
export function pruneLines(
  report: PruneReport,
  { command, columns }: { readonly command: (words: string) => string; readonly columns: number },
): readonly string[] {
  const { dryRun, runs, kept, rows, bytes, runFolders } = report;
  const why = { age: `older than ${report.policy.runsDays} days`, count: `not among the newest ${report.policy.runsNewest}` };
  const names = runs.map((run) => [run.id, run.workflow, run.status, `ended ${formatTime(run.endedAt)}`, why[run.because]]);
  const lines = dryRun ? [...table(names, columns)] : [];
  const open = kept.filter((one) => one.because === 'openProposals').length;
  if (open > 0) lines.push(`${plural(open, 'run')} stay${open === 1 ? 's' : ''}: proposals of ${open === 1 ? 'it' : 'them'} are open.`);
  const counted = Object.entries(rows).filter(([, count]) => count > 0);
  if (runs.length === 0 && counted.length === 0) return [...lines, `Nothing is due. Kept: ${policyText(report.policy)}.`];
  const folders = runFolders.folders === 0 ? '' : ` and ${plural(runFolders.folders, 'run folder')} (${formatBytes(runFolders.bytes)})`;
  const what = counted.map(([kind, count]) => `${count} ${labels[kind as keyof typeof rows]}`).join(', ');
  lines.push(
    `${dryRun ? 'Would remove' : 'Removed'} ${plural(runs.length, 'run')}: ${what || 'no rows'}, ${formatBytes(bytes)}${folders}.`,
  );
  if (!dryRun) lines.push(`Took ${formatDuration(report.durationMs)}. Give the space back to the disk with: ${command('store compact')}`);
  return lines;
}

const labels: { readonly [K in keyof PruneReport['rows']]: string } = {
  events: 'events',
  snapshots: 'snapshots',
  deadLetters: 'dead letters',
  effects: 'recorded effects',
  runtimeCheckpoints: 'runtime checkpoints',
  proposals: 'proposals',
  blobs: 'file versions',
  executions: 'agent executions',
  usage: 'usage records',
  answers: 'answers of models',
  messages: 'messages',
  audit: 'audit entries',
};
