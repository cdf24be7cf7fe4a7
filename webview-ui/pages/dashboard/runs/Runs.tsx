// The Runs tab: all runs, or one of them.

import type { ReactElement } from 'react';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { isAlone } from '#ui/pages/dashboard/usePlace.ts';
import { RunsList } from '#ui/pages/dashboard/runs/list/RunsList.tsx';
import { RunPage } from '#ui/pages/dashboard/runs/run/RunPage.tsx';
import { host } from '#ui/rpc/core.ts';

export function Runs({ item, go }: TabProps): ReactElement {
  const open = (id: string): void => go({ tab: 'runs', item: id });
  if (item === undefined) return <RunsList onOpen={open} />;
  if (!isAlone) return <RunPage key={item} id={item} onBack={() => go({ tab: 'runs' })} onOpen={open} />;
  // A tab of its own stays with its run: others open in the dashboard.
  return (
    <RunPage key={item} id={item} onBack={null} onOpen={(id) => void host('command', { id: 'cas.run.open', args: [{ runId: id }] })} />
  );
}
