// A provider whose circuit is open: since when, what happens meanwhile, when it is tried again.

import type { ReactElement } from 'react';
import type { AuditRecord } from '#protocol/audit.ts';
import { duration } from '#base/figures.ts';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { moment } from '#ui/format.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { call } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

const EVERY_MS = 15_000;

export function ProviderBar({ go }: Pick<TabProps, 'go'>): ReactElement | null {
  const agents = useQuery('agents.list', [], { refreshOn: ['agents'], everyMs: EVERY_MS });
  const openings = useQuery('audit.list', [{ action: 'breaker.open', limit: 20 }], { refreshOn: ['audit'] });
  const action = useAction();
  const down = openCircuits(agents.data ?? []);
  const now = useNow(down.size > 0);
  if (down.size === 0) return null;
  return (
    <>
      {Array.from(down, ([model, { openUntil, agent }]) => (
        <section key={model} className="noticebar bad" role="alert" aria-label={t('Provider')}>
          <Icon name="error" className="bad" />
          <span className="grow">
            <b className="strong">{t('{0} is not answering', model)}</b> {since(openings.data?.entries ?? [], model, now)}{' '}
            {t('Calls go to the next model of each agent; without one its steps fail and can be put back.')}{' '}
            {openUntil > now && t('The next try is in {0}.', duration(openUntil - now))}
          </span>
          <Button small kind="link" onClick={() => go({ tab: 'agents', item: agent })}>
            {t('Show Status')}
          </Button>
          <Button small kind="link" disabled={action.isBusy} onClick={() => void action.start(() => call('agents.resetBreakers', agent))}>
            {t('Retry Now')}
          </Button>
        </section>
      ))}
      {action.error !== null && <ErrorNote error={action.error} />}
    </>
  );
}

interface Down {
  readonly openUntil: number;
  /** One whose calls go through it. */
  readonly agent: string;
}

function openCircuits(
  agents: readonly {
    readonly id: string;
    readonly health: { readonly breakers: readonly { provider: string; model: string; status: string; openUntil: number | null }[] };
  }[],
): ReadonlyMap<string, Down> {
  const open = agents.flatMap(({ id, health }) =>
    health.breakers
      .filter(({ status }) => status === 'open')
      .map(({ provider, model, openUntil }) => [`${provider}/${model}`, { openUntil: openUntil ?? 0, agent: id }] as const),
  );
  return new Map(open);
}

function since(openings: readonly AuditRecord[], model: string, now: number): string {
  const last = openings.find(({ target }) => target === model);
  return last === undefined ? '.' : t('since {0}.', moment(last.at, now));
}
