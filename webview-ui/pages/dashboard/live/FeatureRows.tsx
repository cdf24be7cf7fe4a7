// A feature's row, and its evidence under it when it is open.

import type { ReactElement } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { fullDate } from '#ui/format.ts';
import { Evidence } from '#ui/pages/dashboard/live/Evidence.tsx';
import type { ParityCell, ParityRow } from '#ui/pages/dashboard/live/parityModel.ts';
import type { Probes } from '#ui/pages/dashboard/live/useProbes.ts';
import { lackOf, measuredText, priorityWord, rowLabel, verdictState, verdictWord } from '#ui/pages/dashboard/live/words.ts';

export interface FeatureRowsProps {
  readonly row: ParityRow;
  /** The runtime that is shown where there is room for one. */
  readonly only: string | undefined;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
  readonly onFocus: () => void;
  readonly onToggle: () => void;
  readonly probes: Probes;
  readonly now: number;
}

export function FeatureRows({ row, only, isCurrent, isOpen, onFocus, onToggle, probes, now }: FeatureRowsProps): ReactElement {
  const { feature, cells, isGap, isOff } = row;
  const weight = { critical: 'crit', important: 'imp', 'nice to have': 'nice' }[feature.priority];
  return (
    <>
      <tr
        className={`feature-row ${isOff ? 'off' : ''} ${isOpen ? 'open' : ''}`}
        aria-level={2}
        aria-expanded={isOpen}
        aria-label={rowLabel(row, now)}
        data-stop={feature.id}
        tabIndex={isCurrent ? 0 : -1}
        onFocus={(event) => event.target === event.currentTarget && onFocus()}
        onClick={onToggle}
      >
        <td className="feature" aria-disabled={isOff || undefined}>
          <span className="fade clip">{feature.name}</span>
        </td>
        <td className="priority" aria-disabled={isOff || undefined}>
          <span className="fade">
            <span className={`tag ${weight} ${isGap ? 'gap' : ''}`}>{priorityWord(feature)}</span>
          </span>
        </td>
        {cells.map((cell, index) => (
          <td key={cell.runtime} className={`runtime ${cell.runtime === only ? 'shown' : ''}`}>
            <VerdictCell cell={cell} isActive={index === 0} now={now} />
          </td>
        ))}
        <td className="probe" aria-disabled={isOff || undefined}>
          <span className="row">
            <span className="fade mono dim clip">{feature.id}</span>
            <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} size={14} className="right twistie" />
          </span>
        </td>
      </tr>
      {isOpen && (
        <tr className="evidence-row" aria-level={3}>
          <td colSpan={cells.length + 3}>
            <Evidence row={row} probes={probes} now={now} />
          </td>
        </tr>
      )}
    </>
  );
}

interface VerdictCellProps {
  readonly cell: ParityCell;
  readonly isActive: boolean;
  readonly now: number;
}

function VerdictCell({ cell, isActive, now }: VerdictCellProps): ReactElement {
  const { result, isStale } = cell;
  const state = verdictState(result);
  const lack = lackOf(result);
  const measured = measuredText(cell, now);
  return (
    <span className="verdict">
      <span className={isActive ? 'fade row' : 'row'}>
        {state === null ? <Icon name="warning" className="warn" /> : <StateGlyph state={state} />}
      </span>
      <span className={`word clip ${result === null ? 'dim' : ''}`}>{verdictWord(result)}</span>
      {lack !== null && (
        <span className="dim clip tiny" title={lack}>
          {lack}
        </span>
      )}
      {measured !== null && (
        <span className="measured" title={result ? fullDate(result.at) : undefined}>
          {isStale && <StateGlyph state="stale" size={12} />}
          {measured}
        </span>
      )}
    </span>
  );
}
