import type { CSSProperties, KeyboardEvent, ReactElement } from 'react';
import type { AuditRecord } from '#protocol/audit.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { fullDate, moment } from '#ui/format.ts';
import type { Link } from '#ui/pages/dashboard/audit/AuditTable.tsx';
import { whoOf, wordsOf } from '#ui/pages/dashboard/audit/words.ts';
import { t } from '#ui/text.ts';

export interface EntryRowProps {
  readonly entry: AuditRecord;
  readonly index: number;
  /** Px from the top of all rows. */
  readonly top: number;
  readonly now: number;
  readonly link: Link;
  /** What its target is called, where that is known. */
  readonly title: string | undefined;
  readonly isOpen: boolean;
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onToggle: () => void;
}

export function EntryRow(props: EntryRowProps): ReactElement {
  const { entry, index, top, now, link, title, isOpen, isStop, onFocus, onKeyDown, onToggle } = props;
  const { at, actor, target, hash } = entry;
  const who = whoOf(actor);
  const { what, verdict } = wordsOf(entry);
  const state = { verified: t('verified'), broken: t('not verified'), unchecked: t('not checked yet') }[link];
  const place: CSSProperties = { transform: `translateY(${top}px)` };
  return (
    <div
      role="row"
      aria-level={1}
      aria-rowindex={index + 2}
      aria-expanded={isOpen}
      aria-label={[moment(at, now), who.name, what, title ?? target, verdict.word, state].join(', ')}
      className={`auditrow ${isOpen ? 'open' : ''} ${link}`}
      data-index={index}
      style={place}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onToggle}
      onKeyDown={onKeyDown}
    >
      <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
      <span role="gridcell" className="num" title={fullDate(at)}>
        {moment(at, now)}
      </span>
      <span role="gridcell" className="row clip">
        <Icon name={who.icon} size={14} />
        <span className="clip">{who.name}</span>
      </span>
      <span role="gridcell" className="clip">
        {what}
      </span>
      <span role="gridcell" className="clip dim" title={target}>
        {title ?? target}
      </span>
      <span role="gridcell" className="row clip verdict">
        <Icon name={verdict.icon} size={14} className={verdict.tone} />
        <span className="clip">{verdict.word}</span>
      </span>
      <span role="gridcell" className="mono dim hash">
        …{hash.slice(-4)}
      </span>
      <span role="gridcell" className="link">
        {link === 'verified' && <StateGlyph state="verified" label={state} size={14} />}
        {link === 'unchecked' && <StateGlyph state="queued" label={state} size={14} />}
        {link === 'broken' && (
          <span className="row bad tiny">
            <StateGlyph state="broken" size={14} />
            {state}
          </span>
        )}
      </span>
    </div>
  );
}
