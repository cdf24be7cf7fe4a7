// A budget of the workspace of which four fifths or more are spent.

import type { ReactElement } from 'react';
import type { BudgetStatus } from '#protocol/spending.ts';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { compact, cost } from '#ui/format.ts';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

const NEAR = 0.8;

export function BudgetBar(): ReactElement | null {
  const budgets = useQuery('budgets.get', [], { refreshOn: ['metrics', 'audit', 'runs'] });
  const near = (budgets.data ?? []).filter((one) => shareOf(one) >= NEAR);
  if (near.length === 0) return null;
  return (
    <>
      {near.map((budget) => (
        <Bar key={budget.scope.kind === 'day' ? 'day' : budget.scope.tag} budget={budget} />
      ))}
    </>
  );
}

function Bar({ budget }: { readonly budget: BudgetStatus }): ReactElement {
  const { limit, spent, scope } = budget;
  const used = [
    limit.costMicroUsd !== undefined && t('{0} of {1}', cost(spent.costMicroUsd), cost(limit.costMicroUsd)),
    limit.tokens !== undefined && t('{0} of {1} tokens', compact(spent.tokens), compact(limit.tokens)),
  ]
    .filter(Boolean)
    .join(', ');
  const isSpent = shareOf(budget) >= 1;
  const what = scope.kind === 'day' ? t('Today has used {0}.', used) : t('Runs tagged {0} have used {1}.', scope.tag, used);
  return (
    <section className="noticebar warn" role={isSpent ? 'alert' : 'status'} aria-label={t('Budget')}>
      <Icon name="warning" className="warn" />
      <span className="grow">
        {what} {isSpent ? t('The limit is reached: each run asks before its next call.') : t('Runs ask at the limit.')}
      </span>
      <Button small kind="link" onClick={() => void host('command', { id: 'cas.budget.set' })}>
        {t('Raise Limit…')}
      </Button>
    </section>
  );
}

/** Of the part that is nearest its end. */
function shareOf({ limit, spent }: BudgetStatus): number {
  const parts = [limit.costMicroUsd && spent.costMicroUsd / limit.costMicroUsd, limit.tokens && spent.tokens / limit.tokens];
  return Math.max(0, ...parts.map((part) => part ?? 0));
}
