// `cas workflow …`: what can run, what runs, and steering it.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { resumeRun, runWorkflow } from '#cli/commands/workflowRun.ts';
import { formatDuration, formatTime, plural, printable, table } from '#cli/printers/format.ts';
import { renderTree } from '#cli/printers/stepTree.ts';
import { parseInputWords } from '#core/workflow/inputs.ts';
import type { CommandRunner } from '#cli/runner.ts';
import type { Session } from '#cli/workspace.ts';
import type { RunSummary } from '#protocol/runView.ts';
import type { FileProblem } from '#protocol/workflow.ts';

export function workflowCommands(program: Command, runner: CommandRunner): void {
  const workflow = program.command('workflow').alias('w').description('run workflows and steer their runs');

  workflow
    .command('run <name>')
    .description('run a workflow and follow it; Ctrl-C stops it so that it can be resumed')
    .option('-i, --input <key=value>', 'an input of the workflow; repeat it for more', collect, [])
    .option('--inputs-file <file>', 'inputs as a JSON file')
    .option('--title <text>', 'a title for the run')
    .option('--idempotency-key <key>', 'a second run with the same key returns the first')
    .action(
      runner.action(async (session, options, [name]) => {
        const inputs = await readInputs(session, name ?? '', options);
        const title = text(options['title']);
        const key = text(options['idempotencyKey']);
        return runWorkflow(
          session,
          { workflow: name ?? '', inputs, mode: runner.mode(options), ...(title && { title }), ...(key && { idempotencyKey: key }) },
          runner.signal,
        );
      }),
    );
  workflow.command('list').description('workflows that can be run here').action(runner.action(list));
  workflow
    .command('validate [names-or-files...]')
    .description('check workflow files, or all of this workspace; every problem at once')
    .action(runner.action((session, _options, names) => validate(session, names)));
  workflow
    .command('status [run]')
    .description('one run step by step, or the latest runs')
    .action(runner.action((session, _o, [id]) => status(session, id)));
  workflow
    .command('history <run>')
    .description('the checkpoints of a run')
    .option('--events', 'every recorded event instead, one JSON object a line')
    .action(
      runner.action((session, options, [id]) => (options['events'] === true ? printEvents(session, id ?? '') : history(session, id ?? ''))),
    );
  workflow
    .command('resume <run>')
    .description('continue a paused or interrupted run; recorded steps do not run again')
    .action(runner.action((session, _o, [id]) => resumeRun(session, id ?? '', runner.signal)));
  steering(workflow, runner);
}

function steering(workflow: Command, runner: CommandRunner): void {
  const reason = ['--reason <text>', 'why; kept with the run', ''] as const;
  workflow
    .command('pause <run>')
    .description('start nothing more; steps in flight finish')
    .option(...reason)
    .action(runner.action((session, options, [id]) => steer(session, 'runs.pause', id ?? '', text(options['reason']))));
  workflow
    .command('cancel <run>')
    .description('stop a run for good, work in flight included')
    .option(...reason)
    .action(runner.action((session, options, [id]) => steer(session, 'runs.cancel', id ?? '', text(options['reason']))));
  workflow
    .command('decide <run> <choice>')
    .description('answer what a run waits for (the oldest question, or --decision)')
    .option('--decision <id>', 'which question')
    .option(...reason)
    .action(runner.action((session, options, [id, choice]) => decide(session, id ?? '', choice ?? '', options)));
  workflow
    .command('override <run> <step> <json>')
    .description("set a step's result yourself")
    .requiredOption('--reason <text>', 'why; kept with the run')
    .action(
      runner.action(async ({ api, output }, options, [id, step, value]) => {
        await api.call('runs.override', {
          id: id ?? '',
          path: step ?? '',
          output: parseValue(value ?? ''),
          reason: String(options['reason']),
        });
        if (!output.json) output.line(`${step} has your result now.`);
        return exitCodes.ok;
      }),
    );
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** A value that is JSON is taken as that, anything else as text; the workflow's input types decide. */
function parseValue(given: string): Json {
  try {
    return JSON.parse(given) as Json;
  } catch {
    return given; // plain text: `--input feature=dark mode`
  }
}

/** The file's values first, then the words; a word is taken by the type the workflow gives that input. */
async function readInputs({ api }: Session, name: string, options: Readonly<Record<string, unknown>>): Promise<JsonObject> {
  const file = text(options['inputsFile']);
  const words = options['input'] as readonly string[];
  const given = file === '' ? {} : await readInputsFile(file);
  if (words.length === 0) return given;
  const workflow = (await api.call('workflows.list')).find((one) => one.name === name);
  return { ...given, ...parseInputWords(workflow?.inputs ?? [], words) };
}

async function readInputsFile(file: string): Promise<JsonObject> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JsonObject;
  } catch (error) {
    throw new AppError({ code: 'cli.usage', message: `--inputs-file ${file}: ${(error as Error).message}`, cause: error });
  }
}

async function list({ api, output }: Session): Promise<number> {
  const workflows = await api.call('workflows.list');
  if (output.json) {
    output.value(workflows);
    return exitCodes.ok;
  }
  const rows = workflows.map((w) => {
    const errors = w.problems.filter((p) => p.severity === 'error').length;
    const state = errors > 0 ? output.style('red', plural(errors, 'problem')) : plural(w.steps, 'step');
    return [
      w.name,
      `v${w.version}`,
      w.source,
      state,
      (w.needsModel ? 'needs a model. ' : '') + printable(w.description).replaceAll('\n', ' '),
    ];
  });
  table(rows, output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

async function validate(session: Session, names: readonly string[]): Promise<number> {
  const { api, output } = session;
  const wanted = names.length > 0 ? names : (await api.call('workflows.list')).map((w) => w.name);
  let errors = 0;
  for (const name of wanted) {
    const isFile = /\.(ya?ml|json)$/i.test(name) || name.includes('/') || name.includes(path.sep);
    const request = isFile ? { text: await readWorkflowFile(name), file: name } : { name };
    const check = await api.call('workflows.check', request);
    if (output.json) output.value({ name, ok: check.ok, problems: check.problems, levels: check.levels });
    else printProblems(session, name, check.problems);
    errors += check.ok ? 0 : 1;
  }
  if (!output.json)
    output.line(
      errors === 0
        ? `${plural(wanted.length, 'workflow')} checked, no errors.`
        : `${plural(errors, 'workflow')} of ${wanted.length} cannot run.`,
    );
  return errors === 0 ? exitCodes.ok : exitCodes.invalid;
}

async function readWorkflowFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError({ code: 'cli.usage', message: `Cannot read ${file}: ${(error as Error).message}`, cause: error });
  }
}

function printProblems({ output }: Session, name: string, problems: readonly FileProblem[]): void {
  for (const p of problems) {
    const severity = output.style(p.severity === 'error' ? 'red' : 'yellow', p.severity);
    output.line(
      `${name}:${p.line}:${p.column} ${severity} ${printable(p.message)}${p.hint === '' ? '' : ` ${printable(p.hint)}`} (${p.code})`,
    );
  }
}

async function status({ api, output }: Session, id: string | undefined): Promise<number> {
  if (id === undefined) {
    const runs = await api.call('runs.list', { limit: 20 });
    if (output.json) output.value(runs);
    else if (runs.length === 0) output.line('No runs yet. Start one with: cas workflow run code-review');
    else table(runs.map(runRow), output.columns).forEach((row) => output.line(row));
    return exitCodes.ok;
  }
  const run = await api.call('runs.get', id);
  if (output.json) {
    output.value(run);
    return exitCodes.ok;
  }
  output.line(
    `${output.style('bold', printable(run.title))}  ${run.status} · ${run.workflow} · ${run.mode} · ${run.runtime} · v${run.version} · ${run.id}\n`,
  );
  renderTree(run, { output, now: Date.now(), spinning: false, progress: new Map() }).forEach((row) => output.line(row));
  for (const d of run.decisions)
    output.line(`\nWaiting for you: ${printable(d.title)}\n  cas workflow decide ${run.id} ${d.options.map((o) => o.id).join('|')}`);
  if (run.error !== null) output.line(`\n${output.style('red', printable(run.error.message))} (${run.error.code})`);
  return exitCodes.ok;
}

function runRow(run: RunSummary): readonly string[] {
  const elapsed = run.endedAt === null ? '' : formatDuration(run.endedAt - run.createdAt);
  return [run.id, run.status, `${run.stepsDone}/${run.stepsTotal}`, formatTime(run.createdAt), elapsed, printable(run.title)];
}

async function history({ api, output }: Session, id: string): Promise<number> {
  const versions = await api.call('runs.history', id);
  if (output.json) output.value(versions);
  else
    table(
      versions.map((v) => [`v${v.version}`, formatTime(v.at), v.status, v.path]),
      output.columns,
    ).forEach((row) => output.line(row));
  return exitCodes.ok;
}

async function printEvents({ api, output }: Session, id: string): Promise<number> {
  const PAGE = 1_000;
  for (let afterSeq = 0; ;) {
    const events = await api.call('runs.events', { id, afterSeq, limit: PAGE });
    events.forEach((event) => output.value(event));
    if (events.length < PAGE) return exitCodes.ok;
    afterSeq = events.at(-1)?.seq ?? afterSeq;
  }
}

async function steer({ api, output }: Session, method: 'runs.pause' | 'runs.cancel', id: string, reason: string): Promise<number> {
  await api.call(method, reason === '' ? { id } : { id, reason });
  const run = await api.call('runs.get', id);
  if (output.json) output.value({ id: run.id, status: run.status });
  else
    output.line(
      run.status === 'paused'
        ? `Paused. Go on with: cas workflow resume ${run.id}`
        : `${run.id}: ${run.status}. ${plural(run.version, 'checkpoint')} kept.`,
    );
  return exitCodes.ok;
}

async function decide({ api, output }: Session, id: string, choice: string, options: Readonly<Record<string, unknown>>): Promise<number> {
  const run = await api.call('runs.get', id);
  const wanted = text(options['decision']);
  const decision = run.decisions.find((d) => wanted === '' || d.id === wanted);
  if (decision === undefined) throw new AppError({ code: 'cli.usage', message: `${run.id} waits for no such decision.` });
  if (!decision.options.some((o) => o.id === choice)) {
    throw new AppError({ code: 'cli.usage', message: `${choice} is not one of ${decision.options.map((o) => o.id).join(', ')}.` });
  }
  await api.call('runs.decide', { id: run.id, decisionId: decision.id, choice, reason: text(options['reason']) });
  if (!output.json) output.line(`${decision.title}: ${choice}. Go on with: cas workflow resume ${run.id}`);
  return exitCodes.ok;
}
