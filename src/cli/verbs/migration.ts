// `cas migration list`, `status` and `show`.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, usage } from '#cli/options.ts';
import { plural, printable, table } from '#cli/printers/format.ts';
import { featureDetail, planLines } from '#cli/printers/migration.ts';
import { problemLines } from '#cli/printers/problems.ts';
import type { Session } from '#cli/session.ts';
import { planOf } from '#cli/verbs/migrationTarget.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import type { MigrationView } from '#protocol/migration.ts';

export async function list({ api, output }: Session): Promise<number> {
  const plans = await api.call('migrations.list');
  if (output.json) output.value(plans);
  else
    table(
      plans.map(({ id, name, kind, source, done, total, percent, next, problems }) => {
        const errors = problems.filter(({ severity }) => severity === 'error').length;
        const state =
          errors > 0 ? output.style('red', plural(errors, 'problem')) : percent === null ? 'empty' : `${percent}%, ${done} of ${total}`;
        return [id, kind ?? '', source, state, printable(name), next === null ? '' : `next: ${printable(next.name)}`];
      }),
      output.columns,
    ).forEach((line) => output.line(line));
  return exitCodes.ok;
}

export async function status(session: Session, options: Options, [named = '']: readonly string[]): Promise<number> {
  const { api } = session;
  const view = await api.call('migrations.get', await planOf(session, options, named, 'look'));
  return printPlan(session, view);
}

/** The whole plan; exit code 3 when its file has errors now. */
export function printPlan({ output, shown }: Session, view: MigrationView): number {
  const broken = view.problems.some(({ severity }) => severity === 'error');
  if (output.json) output.value(view);
  else {
    if (view.stale) output.line(output.style('yellow', 'The file has errors; these figures are those of before.'));
    planLines(view, output).forEach((line) => output.line(line));
    problemLines(view.file === null ? view.id : shown(view.file), view.problems, output).forEach((line) => output.line(line));
    for (const { run, feature, hours, reason } of view.unrecorded)
      output.line(`${run}: ${hours}h for ${feature} are not written down yet: ${printable(reason)}`);
  }
  return broken ? exitCodes.invalid : exitCodes.ok;
}

export async function show(session: Session, options: Options, [feature = '']: readonly string[]): Promise<number> {
  const { api, output } = session;
  const plan = await planOf(session, options, '', 'look');
  const { figures } = await api.call('migrations.get', plan);
  const all = figures?.features ?? [];
  const found = all.find(({ id }) => id === feature);
  if (found === undefined)
    throw usage(
      `Plan ${plan} has no feature ${feature}. ${didYouMean(
        feature,
        all.map(({ id }) => id),
      )}`.trim(),
    );
  if (output.json) output.value(found);
  else featureDetail(found, output).forEach((line) => output.line(line));
  return exitCodes.ok;
}
