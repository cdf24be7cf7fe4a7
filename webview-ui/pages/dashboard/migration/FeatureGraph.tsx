// The features shown, as a graph: columns by what must be done first, arrows from a need to what needs it.

import { type KeyboardEvent, type ReactElement, useRef } from 'react';
import type { FeatureView } from '#protocol/migration.ts';
import { FeatureGlyph, stateWords } from '#ui/migration/featureLooks.tsx';
import { layoutOf } from '#ui/pages/dashboard/migration/graphLayout.ts';
import { t } from '#ui/text.ts';

export interface FeatureGraphProps {
  readonly features: readonly FeatureView[];
  readonly chosen: string | null;
  readonly onChoose: (feature: string) => void;
}

const WIDTH = 168;
const HEIGHT = 28;
const GAP = { x: 48, y: 12 };

export function FeatureGraph({ features, chosen, onChoose }: FeatureGraphProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const { places, columns, rows } = layoutOf(features);
  const at = (id: string): { readonly x: number; readonly y: number } => {
    const { column, row } = places.get(id) ?? { column: 0, row: 0 };
    return { x: column * (WIDTH + GAP.x), y: row * (HEIGHT + GAP.y) };
  };
  const stop = chosen !== null && places.has(chosen) ? chosen : features[0]?.id;
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  /** Arrows follow edges; up and down stay in the column. */
  const move = (event: KeyboardEvent, feature: FeatureView): void => {
    const own = places.get(feature.id);
    const beside = (by: number): string | undefined =>
      [...places].find(([, place]) => place.column === own?.column && place.row === own.row + by)?.[0];
    const to = {
      ArrowLeft: feature.dependencies.find((id) => byId.has(id)),
      ArrowRight: features.find(({ dependencies }) => dependencies.includes(feature.id))?.id,
      ArrowUp: beside(-1),
      ArrowDown: beside(1),
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onChoose(to);
    box.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)?.focus();
  };
  return (
    <div ref={box} className="graph" role="group" aria-label={t('Features and what they need')}>
      <div className="plane" style={{ width: columns * (WIDTH + GAP.x), height: rows * (HEIGHT + GAP.y) }}>
        <svg width="100%" height="100%" aria-hidden="true">
          {features.flatMap((feature) =>
            feature.dependencies
              .filter((id) => byId.has(id))
              .map((id) => <Arrow key={`${id} ${feature.id}`} from={at(id)} to={at(feature.id)} open={byId.get(id)?.status !== 'done'} />),
          )}
        </svg>
        {features.map((feature) => (
          <button
            key={feature.id}
            type="button"
            data-node={feature.id}
            className={feature.id === chosen ? 'node me' : 'node'}
            aria-pressed={feature.id === chosen}
            tabIndex={feature.id === stop ? 0 : -1}
            style={{ left: at(feature.id).x, top: at(feature.id).y, width: WIDTH }}
            title={feature.name}
            onClick={() => onChoose(feature.id)}
            onKeyDown={(event) => move(event, feature)}
          >
            <FeatureGlyph state={feature.state} />
            <span className="clip">{feature.name}</span>
            <span className="sr">{stateWords[feature.state]}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function Arrow({ from, to, open }: { readonly from: Point; readonly to: Point; readonly open: boolean }): ReactElement {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const bend = Math.max(GAP.x / 2, (x2 - x1) / 2);
  return (
    <g className="edge">
      <path d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2 - 5} ${y2}`} strokeDasharray={open ? '4 3' : undefined} />
      <path className="tip" d={`M${x2} ${y2}l-6-3.5v7z`} />
    </g>
  );
}
