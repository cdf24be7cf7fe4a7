// `cas workflow history`, `diff`, `rollback` and `fork`: the versions of a run, and going back to them.

import { stableStringify } from '#base/json.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { followRun } from '#cli/follow.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { formatTime, plural, printable, table, truncate } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import { parseInputWords } from '#core/workflow/inputs.ts';
import type { StepChange, StepResultView } from '#protocol/runView.ts';

type Words = readonly string[];

export async function versions({ api, output }: Session, options: Options, [id = '']: Words): Promise<number> {
  const step = textOption(options, 'step');
  const since = textOption(options, 'since');
  const query = { id, ...(step !== '' && { step }), ...(since !== '' && { since: versionOf(since) }) };
  const found = await api.call('runs.history', query);
  if (output.json) {
    output.value(found);
    return exitCodes.ok;
  }
  const rows = found.map((one) => [
    `v${one.version}`,
    formatTime(one.at),
    one.status,
    printable(one.path),
    one.setAside ? 'set aside' : '',
  ]);
  table(rows, output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

export async function diff({ api, output }: Session, _options: Options, [id = '', from = '', to = '']: Words): Promise<number> {
  const run = await api.call('runs.get', id);
  const range = { from: versionOf(from), to: to === '' ? run.version : versionOf(to) };
  const changed = await api.call('runs.diff', { id: run.id, ...range });
  if (output.json) {
    output.value(changed);
    return exitCodes.ok;
  }
  if (changed.steps.length === 0) output.line(`Nothing differs between v${range.from} and v${range.to}.`);
  for (const step of changed.steps) {
    output.line(`${output.style('bold', printable(step.path))}  ${statusText(step)}`);
    printSide(output, { mark: '-', colour: 'red', side: step.from });
    printSide(output, { mark: '+', colour: 'green', side: step.to });
  }
  return exitCodes.ok;
}

function statusText({ from, to }: StepChange): string {
  const [before, after] = [from?.status ?? 'not there', to?.status ?? 'not there'];
  return before === after ? before : `${before} → ${after}`;
}

interface Side {
  readonly mark: string;
  readonly colour: 'red' | 'green';
  readonly side: StepResultView | null;
}

/** What the step said of itself, and its result on a line: enough to see what differs; `--json` has all of it. */
function printSide(output: Session['output'], { mark, colour, side }: Side): void {
  const said = side?.error?.message ?? side?.summary ?? '';
  const result = side?.output === undefined ? '' : stableStringify(side.output);
  for (const text of [said, result]) {
    if (text !== '') output.line(output.style(colour, truncate(`  ${mark} ${printable(text).replaceAll('\n', ' ')}`, output.columns)));
  }
}

export async function rollback({ api, output, command }: Session, options: Options, [id = '', version = '']: Words): Promise<number> {
  const run = await api.call('runs.get', id);
  const to = versionOf(version);
  const { setAside } = await api.call('runs.rollback', { id: run.id, version: to, reason: textOption(options, 'reason') });
  if (output.json) output.value({ id: run.id, version: to, setAside });
  else output.line(`Back at v${to}; ${plural(setAside.length, 'step')} set aside. Go on with: ${command(`workflow resume ${run.id}`)}`);
  return exitCodes.ok;
}

export async function fork(session: Session, options: Options, [id = '', at = '']: Words): Promise<number> {
  const { api, output } = session;
  const run = await api.call('runs.get', id);
  const version = at === '' ? run.version : versionOf(at);
  const title = textOption(options, 'title');
  const words = options['input'] as Words;
  const workflow = (await api.call('workflows.list')).find((one) => one.name === run.workflow);
  const inputs = words.length === 0 ? {} : { inputs: parseInputWords(workflow?.inputs ?? [], words) };
  const { runId } = await api.call('runs.fork', { id: run.id, version, ...inputs, ...(title !== '' && { title }) });
  if (!output.json) output.line(`Forked v${version} of ${run.id}: what is recorded up to there is reused.`);
  return followRun(session, { runId, wake: false, fromSeq: 0, mode: run.mode });
}

/** `v3` or `3`. Throws `cli.usage`. */
function versionOf(text: string): number {
  if (!/^v?\d{1,9}$/.test(text)) throw usage(`${text === '' ? 'A version is missing' : `${text} is no version`}: write v3 or 3.`);
  return Number(text.replace('v', ''));
}
