// A question over the page: what will happen, and buttons that name it. Escape and the backdrop change nothing.

import { type ReactElement, type ReactNode, useEffect, useId, useRef } from 'react';
import type { ErrorView } from '#base/errors.ts';
import { Button } from '#ui/components/Button.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { t } from '#ui/text.ts';

export interface DialogProps {
  readonly title: string;
  /** Names the effect: `Rewind`. */
  readonly action?: string;
  /** Names leaving it; default `Keep as It Is`. */
  readonly dismiss?: string;
  readonly isDanger?: boolean;
  /** Why it cannot be done yet; the button says so. */
  readonly missing?: string | undefined;
  readonly isBusy?: boolean;
  readonly error?: ErrorView | null;
  readonly onAction?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps): ReactElement {
  const { title, action, dismiss, isDanger = false, missing, isBusy = false, error = null, onAction, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // The browser keeps the focus inside, and gives it back when the dialog closes.
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      <div className="content">{children}</div>
      {error !== null && <ErrorNote error={error} />}
      <div className="actions">
        {action !== undefined && onAction !== undefined && (
          <Button
            kind={isDanger ? 'danger' : 'primary'}
            disabled={isBusy || missing !== undefined}
            title={missing ?? ''}
            onClick={onAction}
          >
            {action}
          </Button>
        )}
        <Button onClick={onClose}>{action === undefined ? t('Close') : (dismiss ?? t('Keep as It Is'))}</Button>
      </div>
    </dialog>
  );
}

export interface ReasonProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One line of a person's own words. */
export function Reason({ label, value, onChange }: ReasonProps): ReactElement {
  return (
    <label className="field">
      {label}
      <input type="text" value={value} maxLength={2_000} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
