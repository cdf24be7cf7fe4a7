// What concerns every tab: a workspace that is not trusted, a provider that does not answer, a budget that is nearly spent.

import type { ReactElement } from 'react';
import { TrustBar } from '#ui/pages/dashboard/bars/TrustBar.tsx';
import { BudgetBar } from '#ui/pages/dashboard/bars/BudgetBar.tsx';
import { ProviderBar } from '#ui/pages/dashboard/bars/ProviderBar.tsx';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';

export function Bars({ go }: Pick<TabProps, 'go'>): ReactElement {
  return (
    <>
      <TrustBar />
      <ProviderBar go={go} />
      <BudgetBar />
    </>
  );
}
