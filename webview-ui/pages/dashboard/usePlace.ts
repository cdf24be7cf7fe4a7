// Where the dashboard stands: remembered over reloads, moved by its tabs and by the editor's commands.

import { useCallback, useEffect, useState } from 'react';
import type { DashboardPlace, PageStart } from '#protocol/pages/dashboard.ts';
import { topics } from '#ui/rpc/topics.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { tabs } from '#ui/pages/dashboard/tabs.ts';

/** Given by the editor where the page does not begin where it was left: the tab of a run. */
const given = JSON.parse(document.querySelector('#cas-start')?.textContent ?? 'null') as PageStart | null;

/** It shows one place and no tabs. */
export const isAlone = given?.alone === true;

const START: DashboardPlace = given ?? { tab: 'live' };

function isPlace(value: unknown): value is DashboardPlace {
  const place = value as Partial<DashboardPlace> | null;
  return typeof place === 'object' && place !== null && tabs.some(({ id }) => id === place.tab);
}

export function usePlace(): readonly [DashboardPlace, (place: DashboardPlace) => void] {
  const [place, setPlace] = useState<DashboardPlace>(() => {
    const saved = readSaved('place');
    if (given !== null) save('place', given);
    return given === null && isPlace(saved) ? saved : START;
  });
  const go = useCallback((next: DashboardPlace) => {
    if (!isPlace(next)) return;
    setPlace(next);
    save('place', next);
  }, []);
  useEffect(
    () =>
      topics.place.subscribe(() => {
        const commanded = topics.place.get();
        if (!commanded || commanded.id === readSaved('commanded')) return;
        save('commanded', commanded.id);
        go(commanded.item === undefined ? { tab: commanded.tab } : { tab: commanded.tab, item: commanded.item });
      }),
    [go],
  );
  return [place, go];
}
