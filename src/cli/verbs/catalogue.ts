// `cas workflow list`, `validate` and `graph`: from files alone, so they work beside any owner and in a folder that is read-only.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, usage } from '#cli/options.ts';
import { plural, printable, table } from '#cli/printers/format.ts';
import { problemLines } from '#cli/printers/problems.ts';
import type { Scene } from '#cli/session.ts';
import { workflowGraph } from '#core/runtimes/services/graph.ts';
import { toMermaid } from '#core/runtimes/services/mermaid.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { type CatalogueMethods, openCatalogue } from '#node/openCatalogue.ts';
import { consoleLog } from '#node/ports/log.ts';
import type { FileProblem, WorkflowSummary } from '#protocol/workflow.ts';

function open({ root, distDir, resources }: Scene, options: Options): Promise<CatalogueMethods> {
  return openCatalogue({ root, distDir, resources, log: consoleLog({ level: options['verbose'] === true ? 'debug' : 'warn' }) });
}

export async function list(scene: Scene, options: Options): Promise<number> {
  const { output } = scene;
  const workflows = await (await open(scene, options))['workflows.list']();
  if (output.json) output.value(workflows);
  else
    table(
      workflows.map((one) => row(scene, one)),
      output.columns,
    ).forEach((line) => output.line(line));
  return exitCodes.ok;
}

function row({ output }: Scene, one: WorkflowSummary): readonly string[] {
  const errors = one.problems.filter((problem) => problem.severity === 'error').length;
  const state = errors > 0 ? output.style('red', plural(errors, 'problem')) : plural(one.steps, 'step');
  const needs = one.needsModel ? 'Needs a model. ' : '';
  return [one.name, `v${one.version}`, one.source, state, needs + printable(one.description).replaceAll('\n', ' ')];
}

export async function validate(scene: Scene, options: Options, names: readonly string[]): Promise<number> {
  const { output } = scene;
  const methods = await open(scene, options);
  const wanted = names.length > 0 ? names : (await methods['workflows.list']()).map((one) => one.name);
  let invalid = 0;
  for (const name of wanted) {
    const check = await methods['workflows.check'](await subject(name));
    if (output.json) output.value({ name, ok: check.ok, problems: check.problems, levels: check.levels });
    else printProblems(scene, name, check.problems);
    invalid += check.ok ? 0 : 1;
  }
  if (!output.json)
    output.line(
      invalid === 0
        ? `${plural(wanted.length, 'workflow')} checked, no errors.`
        : `${invalid} of ${plural(wanted.length, 'workflow')} cannot run.`,
    );
  return invalid === 0 ? exitCodes.ok : exitCodes.invalid;
}

export async function graph(scene: Scene, options: Options, [name = '']: readonly string[]): Promise<number> {
  const { output } = scene;
  const check = await (await open(scene, options))['workflows.check'](await subject(name));
  if (check.definition === null) {
    printProblems(scene, name, check.problems);
    return exitCodes.invalid;
  }
  const drawn = workflowGraph(check.definition as unknown as WorkflowDefinition);
  if (output.json) output.value(drawn);
  else output.line(toMermaid(drawn).trimEnd());
  return exitCodes.ok;
}

/** A workflow by its name, or a file by its path. */
async function subject(name: string): Promise<Parameters<CatalogueMethods['workflows.check']>[0]> {
  return isFile(name) ? { text: await readWorkflowFile(name), file: name } : { name };
}

const isFile = (name: string): boolean => /\.(ya?ml|json)$/i.test(name) || name.includes('/') || name.includes(path.sep);

async function readWorkflowFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw usage(`Cannot read ${file}: ${(error as Error).message}`, error);
  }
}

function printProblems({ output }: Scene, name: string, problems: readonly FileProblem[]): void {
  problemLines(name, problems, output).forEach((line) => output.line(line));
}
