// The dashboard: a strip of tabs, and the one that is open.

import { type ComponentType, createElement, lazy, type ReactElement, Suspense } from 'react';
import type { DashboardTab } from '#protocol/pages/dashboard.ts';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { Bars } from '#ui/pages/dashboard/bars/Bars.tsx';
import { CoreNote } from '#ui/pages/dashboard/CoreNote.tsx';
import { FeedState } from '#ui/pages/dashboard/FeedState.tsx';
import { TabBoundary } from '#ui/pages/dashboard/TabBoundary.tsx';
import { type TabProps, tabs } from '#ui/pages/dashboard/tabs.ts';
import { TabStrip } from '#ui/pages/dashboard/TabStrip.tsx';
import { useHelpKey } from '#ui/pages/dashboard/useHelpKey.ts';
import { isAlone, usePlace } from '#ui/pages/dashboard/usePlace.ts';
import { useRefusal } from '#ui/rpc/useFeedStatus.ts';

const pages = new Map<DashboardTab, ComponentType<TabProps>>(tabs.map(({ id, load }) => [id, lazy(load)]));
const KeyHelp = lazy(async () => ({ default: (await import('#ui/pages/dashboard/KeyHelp.tsx')).KeyHelp }));

export function Dashboard(): ReactElement {
  const [place, go] = usePlace();
  const refusal = useRefusal();
  const [isHelpOpen, setHelpOpen] = useHelpKey();
  const Page = pages.get(place.tab);
  const panel = isAlone ? {} : { role: 'tabpanel', 'aria-labelledby': `tab-${place.tab}` };
  return (
    <main className="page">
      <div className="head">
        {!isAlone && <TabStrip open={place.tab} onOpen={(tab) => go({ tab })} />}
        <FeedState />
      </div>
      {refusal !== undefined && <ErrorNote error={{ message: refusal }} />}
      <CoreNote />
      <Bars go={go} />
      <div {...panel} id="tabpanel" className="body">
        <TabBoundary key={place.tab}>
          <Suspense fallback={<Loading />}>{Page && createElement(Page, { item: place.item, go })}</Suspense>
        </TabBoundary>
      </div>
      <Suspense fallback={null}>{isHelpOpen && <KeyHelp onClose={() => setHelpOpen(false)} />}</Suspense>
    </main>
  );
}
