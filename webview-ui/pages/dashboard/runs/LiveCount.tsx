// How many runs go on, on the tab; nothing while none does.

import type { ReactElement } from 'react';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

export function LiveCount(): ReactElement | null {
  const { data } = useQuery('runs.page', [{ state: 'live', limit: 0 }], { refreshOn: ['runs'] });
  if (data === undefined || data.total === 0) return null;
  return (
    <span className="tabcount num">
      {data.total} <span className="sr">{t('live')}</span>
    </span>
  );
}
