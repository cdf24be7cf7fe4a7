import type { ReactElement } from 'react';
import type { ErrorView } from '#base/errors.ts';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { t } from '#ui/text.ts';

export interface ErrorNoteProps {
  readonly error: Pick<ErrorView, 'message'>;
  readonly onRetry?: () => void;
}

/** What went wrong, in the part of the page that it concerns; the rest works on. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps): ReactElement {
  return (
    <div className="note bad" role="alert">
      <Icon name="error" className="bad" />
      <span className="grow">{error.message}</span>
      {onRetry && (
        <Button small onClick={onRetry}>
          {t('Try Again')}
        </Button>
      )}
    </div>
  );
}
