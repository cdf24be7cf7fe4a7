// The Runs tab: all runs, or one of them.

import type { ReactElement } from 'react';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { RunsList } from '#ui/pages/dashboard/runs/list/RunsList.tsx';
import { RunPage } from '#ui/pages/dashboard/runs/run/RunPage.tsx';

export function Runs({ item, go }: TabProps): ReactElement {
  const open = (id: string): void => go({ tab: 'runs', item: id });
  return item === undefined ? (
    <RunsList onOpen={open} />
  ) : (
    <RunPage key={item} id={item} onBack={() => go({ tab: 'runs' })} onOpen={open} />
  );
}
