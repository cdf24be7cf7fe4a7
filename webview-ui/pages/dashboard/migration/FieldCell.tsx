import type { ReactElement, ReactNode } from 'react';
import type { Field } from '#ui/pages/dashboard/migration/useField.ts';
import { t } from '#ui/text.ts';

export interface FieldCellProps {
  readonly field: Field;
  /** What stands there until it is opened. */
  readonly shown: ReactNode;
  /** What opening it does, and the same with the feature's name for screen readers. */
  readonly title: string;
  readonly label: string;
  /** The row is the one that Tab reaches. */
  readonly isStop: boolean;
  /** The inputs. */
  readonly children: ReactNode;
}

/** A value of a row that a click turns into its inputs. */
export function FieldCell({ field, shown, title, label, isStop, children }: FieldCellProps): ReactElement {
  if (!field.isOpen)
    return (
      <button
        type="button"
        className="plain"
        tabIndex={isStop ? 0 : -1}
        title={title}
        onClick={(event) => {
          event.stopPropagation();
          field.open();
        }}
      >
        {shown}
        <span className="sr">{label}</span>
      </button>
    );
  return (
    <form className="row fields" {...field.bind}>
      {children}
      <button type="submit" className="sr" tabIndex={-1}>
        {t('Keep')}
      </button>
    </form>
  );
}
