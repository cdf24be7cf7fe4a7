// `cas feedback …`: how good something was, and what came of it.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { FeedbackOutcome, FeedbackReason, FeedbackTarget } from '#protocol/feedback.ts';
import { feedbackReasons } from '#protocol/optionWords.ts';

type Words = readonly string[];

export async function give({ api, output }: Session, options: Options, [what = '']: Words): Promise<number> {
  const up = options['up'] === true;
  if (up === (options['down'] === true)) throw usage('Give --up or --down.');
  const [reason, text] = [textOption(options, 'reason'), textOption(options, 'text')];
  if (reason !== '' && !isReason(reason)) throw usage(`--reason ${reason}: it is one of ${feedbackReasons.join(', ')}.`);
  const target = await targetOf(api, what, textOption(options, 'capability'));
  const note = await api.call('feedback.give', {
    target,
    rating: up ? 'up' : 'down',
    ...(reason !== '' && { reason }),
    ...(text !== '' && { text }),
  });
  if (output.json) output.value(note);
  else {
    output.line(`Noted about ${printable(note.title)} (${note.id}).`);
    const touched = new Set(note.shares.map(({ agent }) => agent));
    const changed = (await api.call('feedback.outcome')).filter(({ agent }) => touched.has(agent));
    changed.forEach((one) => output.line(outcomeText(one)));
  }
  return exitCodes.ok;
}

const isReason = (word: string): word is FeedbackReason => (feedbackReasons as readonly string[]).includes(word);

/** Ids of runs and proposals say what they are; every other name is an agent's. */
async function targetOf(api: CoreApi, what: string, capability: string): Promise<FeedbackTarget> {
  const kind = what === 'latest' || what.startsWith('run_') ? 'run' : what.startsWith('prp_') ? 'proposal' : 'agent';
  if (kind !== 'agent' && capability !== '') throw usage('--capability is for an agent.');
  if (kind === 'agent') return { kind, id: (await api.call('agents.get', what)).id, ...(capability !== '' && { capability }) };
  return { kind, id: what };
}

export async function list({ api, output }: Session): Promise<number> {
  const [notes, outcomes] = await Promise.all([api.call('feedback.list'), api.call('feedback.outcome')]);
  if (output.json) {
    output.value({ notes, outcomes });
    return exitCodes.ok;
  }
  if (notes.length === 0) output.line('Nothing was said yet.');
  const rows = notes.map(({ id, at, rating, target, title, reason, text }) => {
    const said = [reason, text].filter(Boolean).join(': ');
    return [id, formatTime(at), rating, target.kind, printable(title), printable(said)];
  });
  table(rows, output.columns).forEach((row) => output.line(row));
  if (outcomes.length > 0) output.line('\nWhat came of it');
  outcomes.forEach((one) => output.line(`  ${outcomeText(one)}`));
  return exitCodes.ok;
}

function outcomeText({ name, capability, without, confidence, notes, runs }: FeedbackOutcome): string {
  const sample = runs < 20 ? `${plural(runs, 'run')}, few` : plural(runs, 'run');
  return `${name}: ${capability} confidence ${without.toFixed(2)} to ${confidence.toFixed(2)} after ${plural(notes, 'note')} (${sample})`;
}

export async function withdraw({ api, output }: Session, _options: Options, [id = '']: Words): Promise<number> {
  await api.call('feedback.withdraw', id);
  if (output.json) output.value({ id });
  else output.line('Taken back.');
  return exitCodes.ok;
}
