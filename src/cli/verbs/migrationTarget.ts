// Which plan a command is about.

import { type Options, textOption, usage } from '#cli/options.ts';
import type { Session } from '#cli/session.ts';

/** The one that is named; else the only one of the workspace; else, for a command that only looks, the one that comes with CAS. Throws `cli.usage`. */
export async function planOf({ api }: Session, options: Options, named: string, use: 'look' | 'write'): Promise<string> {
  const given = named || textOption(options, 'plan');
  if (given !== '') return given;
  const plans = await api.call('migrations.list');
  const own = plans.filter(({ source }) => source === 'workspace');
  const [only, other] = own;
  if (other !== undefined) throw usage(`Which plan? There are ${own.map(({ id }) => id).join(', ')}.`);
  if (only !== undefined) return only.id;
  const [builtIn] = plans;
  if (use === 'look' && builtIn !== undefined) return builtIn.id;
  throw usage('There is no plan in this workspace yet. `cas migration new` writes one.');
}

/** A number of hours. Throws `cli.usage`. */
export function hoursOption(text: string, name: string): number {
  const hours = Number(text);
  if (text.trim() === '' || !Number.isFinite(hours) || hours < 0) throw usage(`${name} ${text}: it is a number of hours, such as 1.5.`);
  return hours;
}
