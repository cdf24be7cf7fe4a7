// What the runtimes can do, measured.

import type { ReactElement } from 'react';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

export function LiveStatus(): ReactElement {
  const parity = useQuery('parity.latest', [], { everyMs: 30_000 });
  if (parity.error) return <ErrorNote error={parity.error} onRetry={() => void parity.refresh()} />;
  if (parity.data === undefined) return <Loading />;
  const { features, reports } = parity.data;
  return (
    <table aria-label={t('Feature parity')}>
      <thead>
        <tr>
          <th scope="col">{t('Feature')}</th>
          {reports.map(({ runtime }) => (
            <th key={runtime} scope="col">
              {runtime}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {features.map((feature) => (
          <tr key={feature.id}>
            <td>{feature.name}</td>
            {reports.map(({ runtime, results }) => (
              <td key={runtime}>{results.find((one) => one.feature === feature.id)?.verdict ?? t('Not measured yet')}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
