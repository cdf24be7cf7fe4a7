// The compared features in foldable groups. One stop for the keyboard: arrows move, right and left unfold and fold, Enter opens
// the evidence, Escape closes it.

import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { FeatureRows } from '#ui/pages/dashboard/live/FeatureRows.tsx';
import { GroupRow } from '#ui/pages/dashboard/live/GroupRow.tsx';
import type { ParityGroup } from '#ui/pages/dashboard/live/parityModel.ts';
import type { Probes } from '#ui/pages/dashboard/live/useProbes.ts';
import { runtimeName } from '#ui/pages/dashboard/live/words.ts';
import { t } from '#ui/text.ts';

export interface ParityTreeGridProps {
  readonly groups: readonly ParityGroup[];
  /** Runtimes, the active one first. */
  readonly columns: readonly string[];
  readonly folded: ReadonlySet<string>;
  readonly onFold: (folded: ReadonlySet<string>) => void;
  readonly probes: Probes;
  readonly now: number;
}

/** What the keyboard stands on: a group's name or a feature's id. */
interface Stop {
  readonly id: string;
  readonly group: string;
  readonly isGroup: boolean;
}

export function ParityTreeGrid({ groups, columns, folded, onFold, probes, now }: ParityTreeGridProps): ReactElement {
  const table = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [shown, setShown] = useState(0);
  const stops = groups.flatMap(({ name, rows }): readonly Stop[] => [
    { id: name, group: name, isGroup: true },
    ...(folded.has(name) ? [] : rows.map(({ feature }) => ({ id: feature.id, group: name, isGroup: false }))),
  ]);
  const current = stops.find(({ id }) => id === focused) ?? stops[0];
  const focus = (stop: Stop | undefined): void => {
    if (!stop) return;
    setFocused(stop.id);
    table.current?.querySelector<HTMLElement>(`tr[data-stop="${CSS.escape(stop.id)}"]`)?.focus();
  };
  const fold = (name: string, isFolded: boolean): void => {
    const next = new Set(folded);
    if (isFolded) next.add(name);
    else next.delete(name);
    onFold(next);
  };
  const toggle = (stop: Stop): void => {
    if (stop.isGroup) fold(stop.id, !folded.has(stop.id));
    else setOpen(open === stop.id ? null : stop.id);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>): void => {
    if (event.key === 'Escape' && open !== null) {
      const opened = stops.find(({ id }) => id === open);
      setOpen(null);
      focus(opened);
      event.preventDefault();
      return;
    }
    // Keys in the evidence are its own.
    if (!current || !(event.target instanceof HTMLElement) || event.target.dataset['stop'] === undefined) return;
    if (!act(event.key, current)) return;
    event.preventDefault();
  };
  const act = (key: string, stop: Stop): boolean => {
    const index = stops.indexOf(stop);
    const moves: Record<string, Stop | undefined> = {
      ArrowDown: stops[index + 1],
      ArrowUp: stops[index - 1],
      Home: stops[0],
      End: stops.at(-1),
    };
    if (key in moves) focus(moves[key]);
    else if (key === 'Enter' || key === ' ') toggle(stop);
    else if (key === 'ArrowRight') unfold(stop);
    else if (key === 'ArrowLeft') foldOrLeave(stop);
    else return false;
    return true;
  };
  const unfold = (stop: Stop): void => {
    if (stop.isGroup) fold(stop.id, false);
    else setOpen(stop.id);
  };
  const foldOrLeave = (stop: Stop): void => {
    if (stop.isGroup) fold(stop.id, true);
    else if (open === stop.id) setOpen(null);
    else focus(stops.find(({ id }) => id === stop.group));
  };

  if (groups.length === 0) return <EmptyState title={t('No feature matches')} />;
  const only = columns[Math.min(shown, columns.length - 1)];
  return (
    <>
      {columns.length > 1 && (
        <div className="runtimeswitch" role="group" aria-label={t('Runtime')}>
          {columns.map((id, index) => (
            <button key={id} type="button" aria-pressed={id === only} onClick={() => setShown(index)}>
              {runtimeName(id)}
            </button>
          ))}
        </div>
      )}
      <div className="parityscroll">
        <table ref={table} role="treegrid" aria-label={t('Feature parity')} className="parity" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col" className="feature">
                {t('Feature')}
              </th>
              <th scope="col" className="priority">
                {t('Priority')}
              </th>
              {columns.map((id, index) => (
                <th key={id} scope="col" className={id === only ? 'runtime shown' : 'runtime'}>
                  {index === 0 ? t('{0}, active', runtimeName(id)) : t('{0}, standby', runtimeName(id))}
                </th>
              ))}
              <th scope="col" className="probe">
                {t('Probe')}
              </th>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group.name}>
              <GroupRow
                group={group}
                columns={columns}
                only={only}
                isFolded={folded.has(group.name)}
                isCurrent={current?.id === group.name}
                onFocus={() => setFocused(group.name)}
                onToggle={() => toggle({ id: group.name, group: group.name, isGroup: true })}
              />
              {!folded.has(group.name) &&
                group.rows.map((row) => (
                  <FeatureRows
                    key={row.feature.id}
                    row={row}
                    only={only}
                    isCurrent={current?.id === row.feature.id}
                    isOpen={open === row.feature.id}
                    onFocus={() => setFocused(row.feature.id)}
                    onToggle={() => setOpen(open === row.feature.id ? null : row.feature.id)}
                    probes={probes}
                    now={now}
                  />
                ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}
