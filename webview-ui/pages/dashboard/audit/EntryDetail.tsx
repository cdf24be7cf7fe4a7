// What one entry holds: its data, its place in the chain, and where it leads.

import type { CSSProperties, ReactElement } from 'react';
import type { Json } from '#base/json.ts';
import type { AuditRecord } from '#protocol/audit.ts';
import { Button } from '#ui/components/Button.tsx';
import { cost, fullDate } from '#ui/format.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface EntryDetailProps {
  readonly entry: AuditRecord;
  readonly top: number;
  readonly height: number;
  readonly go: TabProps['go'];
  readonly onClose: () => void;
}

export function EntryDetail({ entry, top, height, go, onClose }: EntryDetailProps): ReactElement {
  const { id, at, action, prev, hash, late, target } = entry;
  const place: CSSProperties = { transform: `translateY(${top}px)`, height };
  const runId = /^run_[\w-]+/.exec(target)?.[0] ?? textField(entry.data, 'runId');
  const fields = fieldsOf(entry.data);
  const proposalId = /^prp_[\w-]+/.exec(target)?.[0];
  return (
    <div role="row" tabIndex={-1} className="auditdetail" style={place} onKeyDown={(event) => event.key === 'Escape' && onClose()}>
      <div role="gridcell" className="facts">
        {fields.length === 0 ? (
          <p className="dim small">{t('Nothing more was recorded with it.')}</p>
        ) : (
          <dl tabIndex={0} aria-label={t('What was recorded')}>
            {fields.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <div role="gridcell" className="place">
        <dl>
          <div>
            <dt>{t('Entry')}</dt>
            <dd className="num">
              {id}, {action}, {fullDate(at)}
            </dd>
          </div>
          <Hash name={t('Before')} hash={prev} />
          <Hash name={t('This entry')} hash={hash} />
        </dl>
        {late && <p className="warn small">{t('Older than the chain: it was chained later.')}</p>}
        <span className="row">
          <Button small icon="copy" onClick={() => void host('copyText', { text: JSON.stringify(entry, null, 2) })}>
            {t('Copy Entry')}
          </Button>
          {runId !== undefined && (
            <Button small icon="list-tree" onClick={() => go({ tab: 'runs', item: runId })}>
              {t('Open Run')}
            </Button>
          )}
          {proposalId !== undefined && (
            <Button small icon="git-compare" onClick={() => void host('command', { id: 'cas.proposal.review', args: [{ proposalId }] })}>
              {t('Review Proposal')}
            </Button>
          )}
        </span>
      </div>
    </div>
  );
}

function Hash({ name, hash }: { readonly name: string; readonly hash: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="mono" title={hash}>
        sha256 {hash.slice(0, 4)} {hash.slice(4, 8)} … {hash.slice(-4)}
      </dd>
    </div>
  );
}

function fieldsOf(data: Json): readonly (readonly [string, string])[] {
  if (data === null) return [];
  if (typeof data !== 'object' || Array.isArray(data)) return [[t('Data'), textOf(data)]];
  return Object.entries(data).map(([name, value]) => {
    const amount = /^(.+)MicroUsd$/.exec(name)?.[1];
    return amount !== undefined && typeof value === 'number' ? [amount, cost(value)] : [name, textOf(value)];
  });
}

function textOf(value: Json): string {
  if (value === null) return '–';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return value.join(', ') || '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function textField(data: Json, name: string): string | undefined {
  const value =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as { readonly [key: string]: Json })[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
