// What the run wants to change: its proposals, each opened in the editor's own review.

import type { ReactElement } from 'react';
import { lineDelta } from '#base/figures.ts';
import type { ErrorView } from '#base/errors.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { host } from '#ui/rpc/core.ts';
import { counted, t } from '#ui/text.ts';

export function ChangesTab({
  changes,
  error,
}: {
  readonly changes: readonly ProposalSummary[];
  readonly error: ErrorView | null;
}): ReactElement {
  if (error !== null) return <ErrorNote error={error} />;
  if (changes.length === 0)
    return <p className="dim pad">{t('This run proposed no changes. Nothing is written to the folder before your yes.')}</p>;
  return (
    <ul className="lines scroll">
      {changes.map((change) => (
        <li key={change.id} className="row">
          <Icon name="git-compare" size={14} />
          <span className="clip grow" title={change.title}>
            {change.title}
          </span>
          <span className="dim small num">
            {counted(change.files, t('1 file'), t('{0} files', change.files))} {lineDelta(change.added, change.removed)}
          </span>
          <Button small onClick={() => void host('command', { id: 'cas.proposal.review', args: [{ proposalId: change.id }] })}>
            {t('Review')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
