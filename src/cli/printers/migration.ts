// A plan on the terminal: head, phases, features, and what to do next.

import type { Output } from '#cli/output.ts';
import { formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { FeatureView, Forecast, HoursSum, HoursView, MigrationFigures, MigrationView, NextStep } from '#protocol/migration.ts';

type Style = Pick<Output, 'style' | 'columns'>;

const BAR = 24;

const GLYPHS: { readonly [S in FeatureView['state']]: string } = {
  done: '✔',
  'in progress': '●',
  blocked: '⊘',
  'not started': '○',
  unknown: '?',
};

/** `10h (3h)`: green up to the plan, orange (yellow here) above; `10h (–)` before anything was spent. */
export function hoursText({ planned, actual, state }: HoursView, { style }: Pick<Output, 'style'>): string {
  const spent = actual === null ? '(–)' : `(${short(actual)})`;
  const coloured = state === 'under' ? style('green', spent) : state === 'over' ? style('yellow', spent) : spent;
  return `${planned === null ? 'not estimated' : short(planned)} ${coloured}`;
}

const short = (hours: number): string => `${Number(hours.toFixed(1))}h`;

const sumText = (hours: HoursSum, output: Pick<Output, 'style'>): string =>
  `${hoursText(hours, output)}${hours.unestimated > 0 && hours.planned !== null ? `, ${hours.unestimated} not estimated` : ''}`;

export function planLines(view: MigrationView, output: Style): readonly string[] {
  const { figures } = view;
  const head = output.style('bold', printable(view.name));
  if (figures === null) return [head];
  return [
    `${head}  ${progressText(figures)}`,
    ...(figures.sides ? [`${printable(figures.sides.old)} → ${printable(figures.sides.new)}${parityText(figures)}`] : []),
    ...(view.source === 'built-in' ? [measuredText(view)] : []),
    '',
    `Hours     ${sumText(figures.hours, output)}, planned (actual)`,
    `Velocity  ${velocityText(figures)}`,
    `Forecast  ${forecastText(figures.forecast)}`,
    `Longest   ${pathText(figures, output)}`,
    '',
    ...phaseLines(figures, output),
    ...nextLines(figures.nextSteps, output),
  ];
}

function progressText({ progress: { done, total, percent } }: MigrationFigures): string {
  return percent === null ? 'no features yet' : `${percent}%, ${done} of ${plural(total, 'feature')}`;
}

function parityText({ parity }: MigrationFigures): string {
  return parity === null ? '' : `, ${parity.equal} of ${parity.of} at least as good as before`;
}

function measuredText({ measuredAt }: MigrationView): string {
  return measuredAt === null ? 'Not measured yet: `cas parity` sets the statuses.' : `Statuses measured ${formatTime(measuredAt)}.`;
}

function velocityText({ velocity }: MigrationFigures): string {
  if (velocity === null) return 'none: nothing was completed in the last 4 weeks';
  const hours = velocity.hoursPerWeek === null ? '' : `, ${short(velocity.hoursPerWeek)} of planned work`;
  return `${velocity.featuresPerWeek.toFixed(1)} features a week${hours} (${plural(velocity.completed, 'feature')} in ${plural(Number(velocity.weeks.toFixed(1)), 'week')})`;
}

export function forecastText(forecast: Forecast): string {
  if (forecast.kind === 'forecast') {
    const { earliest, likely, latest, daysAfterPlan } = forecast;
    const late =
      daysAfterPlan === null
        ? ''
        : daysAfterPlan > 0
          ? `, ${plural(daysAfterPlan, 'day')} after plan`
          : `, ${plural(-daysAfterPlan, 'day')} before plan`;
    return `${likely} (${earliest} to ${latest})${daysAfterPlan === 0 ? ', on plan' : late}`;
  }
  const { have, need } = forecast;
  switch (forecast.why) {
    case 'finished':
      return 'all done';
    case 'empty':
      return 'none: there are no features';
    case 'fewWeeks':
      return `none yet: it takes ${need} full weeks, there are ${have}`;
    case 'fewFeatures':
      return `none yet: it takes ${need} completed features in the last 12 weeks, there are ${have}`;
    case 'tooFar':
      return 'none: at this pace it takes more than ten years';
  }
}

function pathText({ criticalPath, features }: MigrationFigures, output: Style): string {
  if (criticalPath.features.length === 0) return 'nothing is left';
  const names = criticalPath.features.map((id) => features.find((feature) => feature.id === id)?.name ?? id);
  const hours = criticalPath.hours === null ? 'not estimated' : `${short(criticalPath.hours)} left`;
  const unknown = criticalPath.hours === null || criticalPath.unestimated === 0 ? '' : `, ${criticalPath.unestimated} not estimated`;
  return `${printable(names.slice(0, 6).join(' → '))}${names.length > 6 ? ` → … (${names.length})` : ''}: ${output.style('bold', hours)}${unknown}`;
}

function phaseLines({ phases, features }: MigrationFigures, output: Style): readonly string[] {
  const lines: string[] = [];
  const groups = phases.map((phase) => ({
    title: `${phase.number}. ${phase.name}`,
    phase,
    own: features.filter((one) => one.phase === phase.id),
  }));
  for (const { title, phase, own } of groups) {
    const filled = phase.total === 0 ? 0 : Math.round((BAR * phase.done) / phase.total);
    lines.push(
      `${output.style('bold', printable(title))}  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${phase.done} of ${phase.total}  ${sumText(phase.hours, output)}`,
    );
    lines.push(...featureLines(own, output), '');
  }
  const apart = features.filter((one) => one.phase === null);
  return apart.length === 0 ? lines : [...lines, output.style('bold', 'In no phase'), ...featureLines(apart, output), ''];
}

function featureLines(features: readonly FeatureView[], output: Style): readonly string[] {
  const rows = features.map((one) => [
    `  ${GLYPHS[one.state]}`,
    one.id,
    printable(one.name),
    one.priority,
    hoursText(one.hours, output),
    one.completedDate ?? (one.state === 'blocked' ? `needs ${one.blockedBy.join(', ')}` : one.state),
  ]);
  return table(rows, output.columns);
}

function nextLines(steps: readonly NextStep[], output: Style): readonly string[] {
  if (steps.length === 0) return [];
  return [
    output.style('bold', 'Next'),
    ...steps.map(
      (step, index) =>
        `  ${index + 1}. ${step.action === 'finish' ? 'Finish' : 'Start'} ${printable(step.name)} (${step.feature}): ${reasonText(step)}`,
    ),
  ];
}

export function reasonText(step: NextStep): string {
  const reasons = [
    step.action === 'finish' ? 'in progress' : step.priority === 'nice to have' ? 'everything it needs is done' : step.priority,
    ...(step.unblocks > 0 ? [`${plural(step.unblocks, 'feature')} ${step.unblocks === 1 ? 'waits' : 'wait'} for it`] : []),
    ...(step.onCriticalPath ? ['on the longest chain'] : []),
    ...(step.remainingHours === null ? [] : [`about ${short(step.remainingHours)} left`]),
  ];
  return reasons.join(', ');
}

export function featureDetail(one: FeatureView, output: Style): readonly string[] {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));
  const rows = [
    ['Status', one.state],
    ...(one.sides ? [['Sides', `old ${one.sides.old ?? 'not said'}, new ${one.sides.new ?? 'not known'}`]] : []),
    ['Phase', one.phase ?? 'none'],
    ['Priority', one.priority],
    ['Hours', hoursText(one.hours, output)],
    ...(one.clockAt === null ? [] : [['Clock', `running since ${formatTime(one.clockAt)}`]]),
    ['Started', one.startedDate ?? 'no date'],
    ['Completed', one.completedDate ?? 'no date'],
    ['Needs', list(one.dependencies)],
    ['Waits for', list(one.blockedBy)],
    ['Unblocks', list(one.unblocks)],
  ];
  const entries = one.entries.map((entry) => [
    `  ${entry.date ?? 'no day'}`,
    short(entry.hours),
    entry.from === 'run' ? `run ${entry.run ?? ''}` : entry.from,
    printable(entry.note ?? ''),
  ]);
  return [
    `${GLYPHS[one.state]} ${output.style('bold', printable(one.name))} (${one.id})`,
    ...(one.description === '' ? [] : [printable(one.description)]),
    ...table(rows, output.columns),
    ...(entries.length === 0 ? [] : ['Hours from', ...table(entries, output.columns)]),
    ...(one.notes === ''
      ? []
      : [
          'Notes',
          ...printable(one.notes)
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
  ];
}
