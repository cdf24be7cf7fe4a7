// What a probe did, expected and measured, claim by claim; how it went before; and probing again.

import { Fragment, type ReactElement, useState } from 'react';
import { duration } from '#base/figures.ts';
import type { ParityEvidence, ParityResult, ParityTraceEvent } from '#protocol/parity.ts';
import { Button } from '#ui/components/Button.tsx';
import { Segmented } from '#ui/components/Segmented.tsx';
import { Sparkline } from '#ui/components/Sparkline.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { fullDate } from '#ui/format.ts';
import type { ParityRow } from '#ui/pages/dashboard/live/parityModel.ts';
import type { Probes } from '#ui/pages/dashboard/live/useProbes.ts';
import { runtimeName, verdictWord } from '#ui/pages/dashboard/live/words.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { counted, t } from '#ui/text.ts';

const OUTCOMES = 24;

export interface EvidenceProps {
  readonly row: ParityRow;
  readonly probes: Probes;
  readonly now: number;
}

export function Evidence({ row, probes }: EvidenceProps): ReactElement {
  const { feature, cells } = row;
  // What needs a look first: where something is missing, else the active runtime.
  const [runtime, setRuntime] = useState(
    () => (cells.find(({ result }) => result !== null && result.verdict !== 'available') ?? cells[0])?.runtime ?? '',
  );
  const result = cells.find((cell) => cell.runtime === runtime)?.result ?? null;
  const { data: outcomes = [] } = useQuery('parity.outcomes', [{ feature: feature.id, runtime, limit: OUTCOMES }], {
    refreshOn: ['parity'],
  });
  const trace = outcomes[0]?.trace ?? [];
  const [isTraced, setTraced] = useState(false);
  const isProbing = probes.running === feature.id || probes.running === 'all';
  return (
    <div className={`evidence ${toneOf(result)}`}>
      <div className="claims">
        {cells.length > 1 && (
          <Segmented
            label={t('Runtime')}
            value={runtime}
            onChange={setRuntime}
            segments={cells.map((cell) => ({ id: cell.runtime, label: runtimeName(cell.runtime) }))}
          />
        )}
        {result === null && <p>{t('Not measured yet')}</p>}
        {result !== null && (
          <p className="num">
            {verdictWord(result)} · {fullDate(result.at)} · {duration(result.durationMs)}
          </p>
        )}
        {result?.verdict === 'probe error' && (
          <p>{t('The probe broke, so nothing is said about the runtime: {0}', result.error.message)}</p>
        )}
        {deedsOf(result?.evidence ?? []).map((claims, index) => (
          <Deed key={index} claims={claims} />
        ))}
        {isTraced && trace.length > 0 && <Trace trace={trace} />}
      </div>
      <div className="outcomes">
        <Outcomes outcomes={outcomes} />
        {trace.length > 0 && (
          <Button kind="link" small icon="list-tree" onClick={() => setTraced(!isTraced)}>
            {isTraced ? t('Close trace') : t('Open trace')}
          </Button>
        )}
        <Button kind="link" small icon="refresh" disabled={probes.running !== null} onClick={() => probes.runOne(feature.id)}>
          {isProbing ? t('Probing') : t('Probe again')}
        </Button>
      </div>
    </div>
  );
}

/** Claims that rest on the same action, under it. */
function Deed({ claims }: { readonly claims: readonly ParityEvidence[] }): ReactElement {
  return (
    <dl>
      <dt>{t('Did')}</dt>
      <dd>{claims[0]?.did}</dd>
      {claims.map((claim, index) => (
        <Fragment key={index}>
          <dt>{t('Expected')}</dt>
          <dd>{claim.expected}</dd>
          <dt>{t('Measured')}</dt>
          <dd className="row">
            <StateGlyph state={claim.passed ? 'ok' : 'failed'} size={14} label={claim.passed ? t('held') : t('did not hold')} />
            <b>{claim.measured}</b>
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}

function deedsOf(evidence: readonly ParityEvidence[]): readonly (readonly ParityEvidence[])[] {
  const deeds: ParityEvidence[][] = [];
  for (const claim of evidence) {
    const last = deeds.at(-1);
    if (last?.[0]?.did === claim.did) last.push(claim);
    else deeds.push([claim]);
  }
  return deeds;
}

/** What the runtime told while the probe ran; it scrolls by itself. */
function Trace({ trace }: { readonly trace: readonly ParityTraceEvent[] }): ReactElement {
  const runs = Math.max(...trace.map(({ run }) => run));
  return (
    // Scrolled with the keys, so it takes the focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="trace" role="region" aria-label={t('Trace')} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('After')}</th>
            {runs > 1 && <th scope="col">{t('Run')}</th>}
            <th scope="col">{t('Event')}</th>
            <th scope="col">{t('Step')}</th>
          </tr>
        </thead>
        <tbody>
          {trace.map(({ afterMs, run, type, path }, index) => (
            <tr key={index}>
              <td className="num">{duration(afterMs)}</td>
              {runs > 1 && <td className="num">{run}</td>}
              <td className="mono">{type}</td>
              <td className="mono">{path}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `outcomes`: newest first. */
function Outcomes({ outcomes }: { readonly outcomes: readonly ParityResult[] }): ReactElement | null {
  if (outcomes.length === 0) return null;
  const past = outcomes.toReversed();
  const passed = past.filter(({ verdict }) => verdict === 'available').length;
  const finding = counted(past.length, t('Last probe: {0} available', passed), t('Last {0} probes: {1} available', past.length, passed));
  return (
    <>
      <span className="tiny dim strong">{finding}</span>
      <Sparkline finding={finding} values={past.map(({ durationMs }) => durationMs)} tone={(index) => toneOf(past[index] ?? null)} />
    </>
  );
}

function toneOf(result: ParityResult | null): 'ok' | 'warn' | 'bad' | 'mute' {
  switch (result?.verdict) {
    case 'available':
      return 'ok';
    case 'partial':
      return 'warn';
    case 'unavailable':
      return 'bad';
    case 'probe error':
    case undefined:
      return 'mute';
  }
}
