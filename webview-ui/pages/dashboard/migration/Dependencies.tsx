// One hop around the chosen feature: what it needs, what it unblocks; and what can be done with it.

import type { ReactElement } from 'react';
import type { FeatureView, MigrationFigures, MigrationView } from '#protocol/migration.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { FeatureGlyph, stateWords } from '#ui/migration/featureLooks.tsx';
import { useWidth } from '#ui/components/useWidth.ts';
import { shortHours } from '#ui/format.ts';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { t } from '#ui/text.ts';

export interface DependenciesProps {
  readonly view: MigrationView;
  readonly figures: MigrationFigures;
  readonly feature: FeatureView;
  readonly onChoose: (feature: string) => void;
  readonly onEdit: (feature: FeatureView) => void;
  readonly cockpit: Cockpit;
}

const ROW = 38;
const TOP = 30;
const NODE = 28;

export function Dependencies({ view, figures, feature, onChoose, onEdit, cockpit }: DependenciesProps): ReactElement {
  const byId = new Map(figures.features.map((one) => [one.id, one]));
  const named = (ids: readonly string[]): readonly FeatureView[] => ids.flatMap((id) => byId.get(id) ?? []);
  const needs = named(feature.dependencies);
  const unblocks = named(feature.unblocks);
  const [box, width] = useWidth<HTMLDivElement>(780);
  const height = TOP + Math.max(1, needs.length, unblocks.length) * ROW;
  const gap = width < 480 ? 16 : 48;
  const column = (width - 2 * gap) / 3;
  const middle = TOP + (height - TOP - NODE) / 2 + NODE / 2;
  const rowY = (index: number, count: number): number => TOP + (height - TOP - count * ROW) / 2 + index * ROW + ROW / 2;
  return (
    <Card
      title={t('Dependencies')}
      sub={feature.name}
      actions={<Actions view={view} feature={feature} onEdit={onEdit} cockpit={cockpit} />}
    >
      <div ref={box} className="hop" style={{ height }}>
        <svg width={width} height={height} aria-hidden="true">
          {needs.map((one, index) => (
            <Edge key={one.id} from={[column, rowY(index, needs.length)]} to={[column + gap, middle]} open={one.status !== 'done'} />
          ))}
          {unblocks.map((one, index) => (
            <Edge
              key={one.id}
              from={[2 * column + gap, middle]}
              to={[2 * column + 2 * gap, rowY(index, unblocks.length)]}
              open={feature.status !== 'done'}
            />
          ))}
        </svg>
        <Side title={t('Needs')} empty={t('Needs nothing')} features={needs} left={0} width={column} rowY={rowY} onChoose={onChoose} />
        <div className="node me" style={{ left: column + gap, top: middle - NODE / 2, width: column }}>
          <FeatureGlyph state={feature.state} labelled />
          <span className="clip">{feature.name}</span>
        </div>
        <Side
          title={t('Unblocks')}
          empty={t('Nothing waits for it')}
          features={unblocks}
          left={2 * column + 2 * gap}
          width={column}
          rowY={rowY}
          onChoose={onChoose}
        />
      </div>
      <Entries feature={feature} />
      {feature.notes !== '' && <p className="notes small dim">{feature.notes}</p>}
    </Card>
  );
}

function Actions({ view, feature, onEdit, cockpit }: Omit<DependenciesProps, 'figures' | 'onChoose'>): ReactElement | null {
  if (view.file === null) return null;
  return (
    <>
      {cockpit.canEdit && feature.clockAt === null && (
        <Button small icon="watch" onClick={() => cockpit.startClock(feature.id)}>
          {t('Start Clock')}
        </Button>
      )}
      {cockpit.canEdit && feature.clockAt !== null && (
        <>
          <Button small icon="debug-stop" onClick={() => cockpit.stopClock(feature.id)}>
            {t('Stop Clock')}
          </Button>
          <IconButton icon="close" label={t('Discard the Time of This Clock')} onClick={() => cockpit.stopClock(feature.id, true)} />
        </>
      )}
      {cockpit.canEdit && <IconButton icon="edit" label={t('Change {0}…', feature.name)} onClick={() => onEdit(feature)} />}
      {cockpit.canEdit && (
        <IconButton icon="play" label={t('Run a Workflow for {0}', feature.name)} onClick={() => cockpit.runFor(feature.id)} />
      )}
      <IconButton icon="go-to-file" label={t('Open {0} in Its File', feature.name)} onClick={() => cockpit.openAt(feature.line)} />
    </>
  );
}

interface SideProps {
  readonly title: string;
  readonly empty: string;
  readonly features: readonly FeatureView[];
  readonly left: number;
  readonly width: number;
  readonly rowY: (index: number, count: number) => number;
  readonly onChoose: (feature: string) => void;
}

function Side({ title, empty, features, left, width, rowY, onChoose }: SideProps): ReactElement {
  return (
    <>
      <h3 className="hophead tiny dim" style={{ left }}>
        {features.length === 0 ? empty : title}
      </h3>
      {features.map((one, index) => (
        <button
          key={one.id}
          type="button"
          className="node"
          style={{ left, width, top: rowY(index, features.length) - NODE / 2 }}
          title={one.name}
          onClick={() => onChoose(one.id)}
        >
          <FeatureGlyph state={one.state} />
          <span className="clip">{one.name}</span>
          <span className="sr">{stateWords[one.state]}</span>
        </button>
      ))}
    </>
  );
}

function Edge({
  from,
  to,
  open,
}: {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly open: boolean;
}): ReactElement {
  const bend = (to[0] - from[0]) / 2;
  return (
    <g className="edge">
      <path
        d={`M${from[0]} ${from[1]}C${from[0] + bend} ${from[1]} ${to[0] - bend} ${to[1]} ${to[0] - 5} ${to[1]}`}
        strokeDasharray={open ? '4 3' : undefined}
      />
      <path className="tip" d={`M${to[0]} ${to[1]}l-6-3.5v7z`} />
    </g>
  );
}

const ORIGINS = { hand: t('by hand'), clock: t('by the clock'), run: t('by a run') } as const;
const SHOWN = 5;

/** Where the hours come from, the newest first. */
function Entries({ feature: { entries } }: { readonly feature: FeatureView }): ReactElement | null {
  if (entries.length === 0) return null;
  return (
    <ul className="entries small dim num" aria-label={t('Hours from')}>
      {entries
        .toReversed()
        .slice(0, SHOWN)
        .map(({ hours, from, date, run, note }, index) => (
          <li key={index}>{[shortHours(hours), ORIGINS[from], date, run, note].filter(Boolean).join(' · ')}</li>
        ))}
      {entries.length > SHOWN && <li>{t('and {0} more', entries.length - SHOWN)}</li>}
    </ul>
  );
}
