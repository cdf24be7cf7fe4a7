// Risk with its reasons, checks, size and cost: each is measured, or says that it is not.

import type { ReactElement, ReactNode } from 'react';
import type { ReviewState } from '#protocol/pages/review.ts';
import type { RiskLevel } from '#protocol/review.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { cost } from '#ui/format.ts';
import { counted, t } from '#ui/text.ts';

const TONES: { readonly [L in RiskLevel]: string } = { low: 'ok', medium: 'warn', high: 'bad' };
const MARKS: { readonly [L in RiskLevel]: number } = { low: 1, medium: 2, high: 3 };

export function Facts({ state }: { readonly state: ReviewState }): ReactElement {
  return (
    <dl className="facts">
      <Fact name={t('Risk')}>
        <Risk state={state} />
      </Fact>
      <Fact name={t('Checks')}>
        <Checks state={state} />
      </Fact>
      <Fact name={t('Size')}>
        <Size state={state} />
      </Fact>
      <Fact name={t('Cost')}>
        <Cost state={state} />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="fact">
      <dt className="dim">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Risk({ state }: { readonly state: ReviewState }): ReactElement {
  const { level } = state.sheet.risk;
  return (
    <>
      <span className="row">
        <span className={`marks ${TONES[level]}`} aria-hidden="true">
          {[1, 2, 3].map((mark) => (
            <i key={mark} className={mark <= MARKS[level] ? 'on' : ''} />
          ))}
        </span>
        <b>{state.risk.word}</b>
      </span>
      <ul className="tiny dim">
        {state.risk.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

function Checks({ state }: { readonly state: ReviewState }): ReactElement {
  const { verification } = state.sheet.proposal;
  if (verification === null || verification.checks.length === 0) return <span className="dim">{t('Not checked')}</span>;
  return (
    <ul>
      {verification.checks.map(({ name, passed, detail }) => (
        <li key={name} className="check" title={detail}>
          <Icon name={passed ? 'pass' : 'error'} size={14} className={passed ? 'ok' : 'bad'} label={passed ? t('passed') : t('failed')} />
          <span>
            {name} <span className="tiny dim">{detail}</span>
          </span>
        </li>
      ))}
      {verification.outdated === true && <li className="tiny warn">{t('The text has changed since.')}</li>}
    </ul>
  );
}

function Size({ state }: { readonly state: ReviewState }): ReactElement {
  const { files, hunks, added, removed } = state.sheet.proposal;
  return (
    <span className="num">
      {counted(files.length, t('1 file'), t('{0} files', files.length))}, {counted(hunks, t('1 hunk'), t('{0} hunks', hunks))},{' '}
      <span className="added">+{added}</span> <span className="removed">−{removed}</span>
    </span>
  );
}

function Cost({ state }: { readonly state: ReviewState }): ReactElement {
  const spent = state.sheet.cost;
  if (spent === null) return <span className="dim">{t('No model was called')}</span>;
  return (
    <span className="num">
      {cost(spent.microUsd)}{' '}
      <span className="tiny dim">{counted(spent.calls, t('1 call in this run'), t('{0} calls in this run', spent.calls))}</span>
    </span>
  );
}
