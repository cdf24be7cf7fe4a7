// `cas workflow history --thinking`: actors, critics and gates of a run, in order.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption } from '#cli/options.ts';
import { formatDuration, formatTime, printable, truncate } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { Thought } from '#protocol/thinking.ts';

export async function thinking({ api, output }: Session, options: Options, [id = '']: readonly string[]): Promise<number> {
  const step = textOption(options, 'step');
  const thoughts = await api.call('runs.thinking', { id, ...(step !== '' && { step }) });
  if (output.json) {
    output.value(thoughts);
    return exitCodes.ok;
  }
  if (thoughts.length === 0) output.line('Nothing was recorded: its steps ran no agent.');
  let place = '';
  for (const thought of byStep(thoughts)) {
    const at = `${thought.path}${thought.agent === '' ? '' : ` · ${thought.agent}`}`;
    if (at !== place) output.line(output.style('bold', printable(at)));
    place = at;
    output.line(truncate(lineOf(thought), output.columns));
  }
  return exitCodes.ok;
}

/** Parallel steps one after the other, each in its own order. */
function byStep(thoughts: readonly Thought[]): readonly Thought[] {
  return [...Map.groupBy(thoughts, ({ path }) => path).values()].flat();
}

function lineOf({ at, role, kind, title, ok, durationMs }: Thought): string {
  const took = durationMs === 0 ? '' : `  ${formatDuration(durationMs)}`;
  return `  ${formatTime(at)}  ${role.padEnd(6)} ${kind.padEnd(8)} ${ok ? ' ' : '✖'} ${printable(title).replaceAll('\n', ' ')}${took}`;
}
