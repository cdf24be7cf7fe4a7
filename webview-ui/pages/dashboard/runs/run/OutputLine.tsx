// One entry of a run's output.

import { memo, type ReactElement } from 'react';
import { duration, lineDelta } from '#base/figures.ts';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';
import type { OutputEntry } from '#ui/pages/dashboard/runs/model/output.ts';
import { Markdown } from '#ui/pages/dashboard/runs/run/Markdown.tsx';
import { host } from '#ui/rpc/core.ts';
import { counted, t } from '#ui/text.ts';

type Entry<K extends OutputEntry['kind']> = Extract<OutputEntry, { readonly kind: K }>;

/** Entries never change. */
export const OutputLine = memo(({ entry }: { readonly entry: OutputEntry }): ReactElement => {
  switch (entry.kind) {
    case 'began':
      return <h3 className="began">{entry.attempt === 1 ? entry.title : t('{0}, attempt {1}', entry.title, entry.attempt)}</h3>;
    case 'text':
      return (
        <>
          <Markdown text={entry.text} />
          {entry.missing > 0 && <p className="dim small">{t('{0} more characters were not kept.', entry.missing)}</p>}
        </>
      );
    case 'tool':
      return <ToolLine entry={entry} />;
    case 'retry':
      return (
        <Line icon="history" tone="warn">
          {entry.waitMs > 0 ? t('{0} Waited {1}.', entry.message, duration(entry.waitMs)) : entry.message}
        </Line>
      );
    case 'proposal':
      return <ProposalLine entry={entry} />;
    case 'asked':
      return (
        <Line icon="person" tone="warn">
          {entry.title}
        </Line>
      );
    case 'decided':
      return (
        <Line icon="person" tone="ok">
          {decidedText(entry)}
        </Line>
      );
    case 'rewound':
      return (
        <Line icon="debug-step-back" tone="mute">
          {entry.reason === ''
            ? t('Rewound to version {0}', entry.toVersion)
            : t('Rewound to version {0}: {1}', entry.toVersion, entry.reason)}
        </Line>
      );
    case 'note':
      return (
        <Line icon={entry.ok ? 'info' : 'error'} tone={entry.ok ? 'mute' : 'bad'}>
          {entry.text}
        </Line>
      );
    case 'ended':
      return <EndedLine entry={entry} />;
    case 'failed':
      return (
        <Line icon="error" tone="bad">
          {entry.retryAt === null
            ? t('{0} failed: {1}', entry.title, entry.error.message)
            : t('{0} failed and is tried again: {1}', entry.title, entry.error.message)}
        </Line>
      );
  }
});

function Line({ icon, tone, children }: { readonly icon: IconName; readonly tone: string; readonly children: string }): ReactElement {
  return (
    <p className="line small">
      <Icon name={icon} size={14} className={tone} />
      <span>{children}</span>
    </p>
  );
}

function ToolLine({ entry: { tool, title, durationMs, error } }: { readonly entry: Entry<'tool'> }): ReactElement {
  return (
    <p className="tool">
      <Icon name={error === null ? toolIcon(tool) : 'error'} size={14} className={error === null ? '' : 'bad'} />
      <span className="clip" title={title}>
        {tool} {title}
      </span>
      <span className="right num">{error ?? duration(durationMs)}</span>
    </p>
  );
}

function toolIcon(tool: string): IconName {
  if (tool.startsWith('files.edit') || tool.startsWith('files.propose')) return 'edit';
  if (tool.startsWith('files.search')) return 'search';
  if (tool.startsWith('git.')) return 'git-compare';
  return tool.startsWith('files.') ? 'file-code' : 'tools';
}

function ProposalLine({ entry: { proposalId, title, files, added, removed } }: { readonly entry: Entry<'proposal'> }): ReactElement {
  return (
    <p className="tool">
      <Icon name="git-compare" size={14} />
      <button
        type="button"
        className="textlink clip"
        onClick={() => void host('command', { id: 'cas.proposal.review', args: [{ proposalId }] })}
      >
        {title}
      </button>
      <span className="right num">
        {counted(files, t('1 file'), t('{0} files', files))} {lineDelta(added, removed)}
      </span>
    </p>
  );
}

function EndedLine({ entry: { title, as, text, durationMs } }: { readonly entry: Entry<'ended'> }): ReactElement {
  switch (as) {
    case 'done': {
      const done = durationMs === null ? t('{0} done', title) : t('{0} done in {1}', title, duration(durationMs));
      return (
        <Line icon="pass" tone="ok">
          {text === '' ? done : `${done}: ${text}`}
        </Line>
      );
    }
    case 'overridden':
      return (
        <Line icon="edit" tone="warn">
          {t('{0} overridden: {1}', title, text)}
        </Line>
      );
    case 'skipped':
      return (
        <Line icon="circle-slash" tone="mute">
          {t('{0} skipped: {1}', title, text)}
        </Line>
      );
    case 'cancelled':
      return (
        <Line icon="circle-slash" tone="mute">
          {t('{0} cancelled: {1}', title, text)}
        </Line>
      );
  }
}

function decidedText({ choice, by, reason }: Entry<'decided'>): string {
  const who = by === 'person' ? t('You') : by;
  return reason === '' ? t('{0} chose {1}', who, choice) : t('{0} chose {1}: {2}', who, choice, reason);
}
