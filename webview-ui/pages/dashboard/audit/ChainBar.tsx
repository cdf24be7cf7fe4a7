// Whether the chain is whole: how many entries, since when, when it was checked and how long that took.

import type { ReactElement } from 'react';
import { duration } from '#base/figures.ts';
import type { AuditVerification } from '#protocol/audit.ts';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { ago, fullDate, longDay } from '#ui/format.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { host } from '#ui/rpc/core.ts';
import type { QueryResult } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

export function ChainBar({ chain }: { readonly chain: QueryResult<AuditVerification> }): ReactElement {
  const save = useAction();
  const { data, error, loading } = chain;
  return (
    <>
      <section className={`chainbar row ${data === undefined ? '' : data.broken === null ? 'ok' : 'broken'}`} aria-label={t('Audit chain')}>
        <Found data={data} loading={loading} />
        <span className="right row">
          <Button icon="verified-filled" disabled={loading} onClick={() => void chain.refresh()}>
            {t('Verify Chain')}
          </Button>
          <Button icon="export" disabled={save.isBusy} onClick={() => void save.start(() => host('command', { id: 'cas.audit.export' }))}>
            {t('Export…')}
          </Button>
        </span>
      </section>
      {error !== null && <ErrorNote error={error} onRetry={() => void chain.refresh()} />}
      {save.error !== null && <ErrorNote error={save.error} />}
    </>
  );
}

function Found({ data, loading }: { readonly data: AuditVerification | undefined; readonly loading: boolean }): ReactElement {
  const now = useNow(data !== undefined);
  if (data === undefined)
    return <span className="dim">{loading ? t('The chain is being checked.') : t('The chain was not checked.')}</span>;
  const { broken, entries, verified, late, removedTo } = data;
  const checked = t('Checked {0} in {1}.', ago(data.checkedAt, now), duration(data.durationMs));
  const more = [
    removedTo > 0 && t('Entries up to {0} were removed by the retention policy.', removedTo),
    late > 0 && counted(late, t('1 entry is older than the chain.'), t('{0} entries are older than the chain.', late)),
  ].filter(Boolean);
  const number = (value: number): string => value.toLocaleString('en-US');
  if (broken !== null)
    return (
      <span className="row wrap" role="alert">
        <StateGlyph state="broken" />
        <b className="strong">{t('Chain broken')}</b>
        <span>{broken.message}</span>
        <span className="dim">{t('{0} of {1} entries verified; what came after is not.', number(verified), number(entries))}</span>
        <span className="dim num">{checked}</span>
      </span>
    );
  if (data.since === null) return <span className="dim">{t('No entries yet.')}</span>;
  return (
    <span className="row wrap" title={data.head === null ? '' : `${data.head.id}:${data.head.hash}`}>
      <StateGlyph state="verified" />
      <b className="strong">{t('Chain verified')}</b>
      <span className="dim num">
        {counted(
          entries,
          t('1 entry since {0}, no gap.', longDay(data.since)),
          t('{0} entries since {1}, no gap.', number(entries), longDay(data.since)),
        )}{' '}
        {checked} {more.join(' ')}
      </span>
      <span className="sr">{fullDate(data.checkedAt)}</span>
    </span>
  );
}
