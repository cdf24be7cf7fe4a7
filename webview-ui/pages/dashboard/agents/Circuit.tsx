// The circuit of an agent's models: where it stands, the last 24 hours, and why it opened.

import type { ReactElement } from 'react';
import { duration } from '#base/figures.ts';
import type { AgentView } from '#protocol/agent.ts';
import type { AgentDetail } from '#protocol/agentDetail.ts';
import { Button } from '#ui/components/Button.tsx';
import { moment } from '#ui/format.ts';
import { breakerWord } from '#ui/pages/dashboard/agents/looks.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { counted, t } from '#ui/text.ts';

const STATES = ['closed', 'open', 'half-open'] as const;

export interface CircuitProps {
  readonly agent: AgentView;
  /** Undefined while it is read. */
  readonly detail: AgentDetail | undefined;
  readonly busy: boolean;
  readonly onReset: () => void;
}

export function Circuit({ agent: { health }, detail, busy, onReset }: CircuitProps): ReactElement {
  const now = useNow(health.breaker !== 'closed');
  return (
    <section>
      <h3>{t('Circuit breaker')}</h3>
      <p className="row circuit" role="img" aria-label={t('The circuit is {0}.', breakerWord(health.breaker))}>
        {STATES.map((status, index) => (
          <span key={status} className="row grow">
            {index > 0 && <span aria-hidden="true">→</span>}
            <span className={`state ${status === health.breaker ? `now s-${status}` : ''}`}>{breakerWord(status)}</span>
          </span>
        ))}
      </p>
      {detail && <Day day={detail.day} />}
      <p className="small">
        {reason(health, detail, now)}{' '}
        {health.breaker !== 'closed' && (
          <Button small kind="link" disabled={busy} onClick={onReset}>
            {t('Reset Circuit')}
          </Button>
        )}
      </p>
    </section>
  );
}

function Day({ day }: { readonly day: AgentDetail['day'] }): ReactElement {
  const [ok, failed] = [day.reduce((sum, slot) => sum + slot.succeeded, 0), day.reduce((sum, slot) => sum + slot.failed, 0)];
  const finding =
    ok + failed === 0 ? t('It did nothing in the last 24 hours.') : t('{0} succeeded and {1} failed in the last 24 hours.', ok, failed);
  return (
    <>
      <div className="strip" role="img" aria-label={finding} title={finding}>
        {day.map(({ at, succeeded, failed: bad, opened }) => (
          <i
            key={at}
            className={opened > 0 ? 'bad hatched' : bad > 0 ? (succeeded > 0 ? 'warn hatched' : 'bad') : succeeded > 0 ? 'ok' : ''}
          />
        ))}
      </div>
      <p className="row tiny dim">
        <span>{t('24 h ago')}</span>
        <span className="right">{t('now')}</span>
      </p>
    </>
  );
}

function reason(health: AgentView['health'], detail: AgentDetail | undefined, now: number): string {
  if (health.breakers.length === 0) return t('It has called no model yet.');
  const last = detail?.openings[0];
  const opened = last === undefined ? null : t('{0} opened at {1} after failures in a row.', last.model, moment(last.at, now));
  if (health.breaker === 'closed')
    return (
      opened ?? counted(health.breakers.length, t('Its model is answering.'), t('Its {0} models are answering.', health.breakers.length))
    );
  const until = Math.max(0, ...health.breakers.map(({ openUntil }) => openUntil ?? 0));
  const next =
    until > now ? t('The next try is in {0}.', duration(until - now)) : t('The next call is a trial; it closes when trials succeed.');
  return [opened, next].filter(Boolean).join(' ');
}
