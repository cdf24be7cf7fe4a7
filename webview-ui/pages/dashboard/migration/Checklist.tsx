// One stop for the keyboard: arrows move between rows, left and right fold a phase, Tab goes to the fields of the row.

import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { FeatureView } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { isTyping } from '#ui/components/FilterBox.tsx';
import { FeatureRow } from '#ui/pages/dashboard/migration/FeatureRow.tsx';
import type { FeatureGroup } from '#ui/pages/dashboard/migration/Features.tsx';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { Button } from '#ui/components/Button.tsx';
import { t } from '#ui/text.ts';

export interface ChecklistProps {
  readonly groups: readonly FeatureGroup[];
  readonly all: readonly FeatureView[];
  readonly chosen: string | null;
  readonly onChoose: (feature: string) => void;
  readonly onEdit: (feature: FeatureView) => void;
  readonly cockpit: Cockpit;
}

/** Rows of a phase that are drawn at first. */
const SHOWN = 100;

export function Checklist({ groups, all, chosen, onChoose, onEdit, cockpit }: ChecklistProps): ReactElement {
  const table = useRef<HTMLTableElement>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string | null>(null);
  const names = new Map(all.map(({ id, name }) => [id, name]));
  const isShown =
    current !== null && groups.some(({ id, features }) => current === `group ${id}` || features.some((one) => one.id === current));
  const stop = isShown ? current : `group ${groups[0]?.id ?? ''}`;
  useEffect(() => showRow(table.current, chosen), [chosen]);
  const fold = (id: string, isFolded: boolean): void => {
    const next = new Set(folded);
    if (isFolded) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  const move = (event: KeyboardEvent): void => {
    if (isTyping(event.target)) return;
    const rows = Array.from(table.current?.querySelectorAll<HTMLElement>('tr[data-row]') ?? []);
    const at = rows.findIndex((row) => row.contains(event.target as Node));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = to === undefined ? undefined : rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (!row) return;
    event.preventDefault();
    row.focus();
  };
  return (
    <div className="checkscroll">
      <table ref={table} role="treegrid" aria-label={t('Feature checklist')} className="checklist" onKeyDown={move}>
        <colgroup>
          <col className="c-feature" />
          <col className="c-priority" />
          <col className="c-hours" />
          <col className="c-completed" />
          <col className="c-needs" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">{t('Feature')}</th>
            <th scope="col">{t('Priority')}</th>
            <th scope="col">{t('Hours')}</th>
            <th scope="col">{t('Completed')}</th>
            <th scope="col">{t('Needs')}</th>
          </tr>
        </thead>
        {groups.map((group) => {
          const isFolded = folded.has(group.id);
          const shown = whole.has(group.id) ? group.features : group.features.slice(0, SHOWN);
          const key = `group ${group.id}`;
          return (
            <tbody key={group.id}>
              <GroupRow
                group={group}
                isFolded={isFolded}
                isStop={stop === key}
                onFocus={() => setCurrent(key)}
                onFold={(next) => fold(group.id, next)}
              />
              {!isFolded &&
                shown.map((feature) => (
                  <FeatureRow
                    key={feature.id}
                    feature={feature}
                    names={names}
                    isChosen={feature.id === chosen}
                    isStop={stop === feature.id}
                    onFocus={() => setCurrent(feature.id)}
                    onChoose={() => onChoose(feature.id)}
                    onEdit={() => onEdit(feature)}
                    cockpit={cockpit}
                  />
                ))}
              {!isFolded && shown.length < group.features.length && (
                <tr>
                  <td colSpan={5}>
                    <Button small kind="link" onClick={() => setWhole(new Set([...whole, group.id]))}>
                      {t('Show {0} More', group.features.length - shown.length)}
                    </Button>
                  </td>
                </tr>
              )}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

/** Scrolls the list, and nothing around it. */
function showRow(table: HTMLElement | null, feature: string | null): void {
  const row = feature === null ? null : table?.querySelector<HTMLElement>(`tr[data-feature="${CSS.escape(feature)}"]`);
  const box = table?.parentElement;
  if (!row || !box) return;
  const head = table?.querySelector('thead')?.clientHeight ?? 0;
  const [top, bottom] = [row.offsetTop - head, row.offsetTop + row.offsetHeight];
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

interface GroupRowProps {
  readonly group: FeatureGroup;
  readonly isFolded: boolean;
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onFold: (fold: boolean) => void;
}

function GroupRow({ group, isFolded, isStop, onFocus, onFold }: GroupRowProps): ReactElement {
  const done = group.features.filter(({ state }) => state === 'done').length;
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === 'ArrowLeft') onFold(true);
    if (key === 'ArrowRight') onFold(false);
    if (key === 'Enter' || key === ' ') onFold(!isFolded);
  };
  return (
    <tr
      data-row
      className="g"
      aria-level={1}
      aria-expanded={!isFolded}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={() => onFold(!isFolded)}
    >
      <td colSpan={4}>
        <span className="row">
          <Icon name={isFolded ? 'chevron-right' : 'chevron-down'} />
          <b>{group.title}</b>
        </span>
      </td>
      <td className="dim num">{t('{0} of {1} done', done, group.features.length)}</td>
    </tr>
  );
}
