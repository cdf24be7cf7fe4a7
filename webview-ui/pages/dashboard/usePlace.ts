// Where the dashboard stands: remembered over reloads, moved by its tabs and by the editor's commands.

import { useCallback, useEffect, useState } from 'react';
import type { DashboardPlace } from '#protocol/pages/dashboard.ts';
import { topics } from '#ui/rpc/topics.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { tabs } from '#ui/pages/dashboard/tabs.ts';

const START: DashboardPlace = { tab: 'live' };

function isPlace(value: unknown): value is DashboardPlace {
  const place = value as Partial<DashboardPlace> | null;
  return typeof place === 'object' && place !== null && tabs.some(({ id }) => id === place.tab);
}

export function usePlace(): readonly [DashboardPlace, (place: DashboardPlace) => void] {
  const [place, setPlace] = useState<DashboardPlace>(() => {
    const saved = readSaved('place');
    return isPlace(saved) ? saved : START;
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
