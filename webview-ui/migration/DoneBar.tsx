import type { ReactElement } from 'react';
import type { MigrationFigures } from '#protocol/migration.ts';
import { doneText } from '#ui/migration/words.ts';
import { t } from '#ui/text.ts';

export interface DoneBarProps {
  readonly progress: MigrationFigures['progress'];
  /** Its place on the page: `whole`. */
  readonly className: string;
}

/** How much of a plan is done, as a bar; said in features to screen readers. */
export function DoneBar({ progress, className }: DoneBarProps): ReactElement {
  const { done, total } = progress;
  return (
    <div
      className={`meter ${className}`}
      role="progressbar"
      aria-label={t('Features done')}
      aria-valuemin={0}
      aria-valuemax={Math.max(1, total)}
      aria-valuenow={done}
      aria-valuetext={doneText(progress)}
    >
      <span className="fill" style={{ width: `${total === 0 ? 0 : (100 * done) / total}%` }} />
    </div>
  );
}
