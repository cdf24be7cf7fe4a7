// A value that becomes a field where it stands: Enter or leaving it keeps what was typed, Escape does not.

import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

export interface Field {
  readonly isOpen: boolean;
  readonly open: () => void;
  /** For what surrounds the inputs. */
  readonly bind: {
    readonly ref: RefObject<HTMLFormElement | null>;
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onBlur: (event: FocusEvent<HTMLFormElement>) => void;
    readonly onSubmit: (event: { preventDefault(): void }) => void;
    readonly onClick: (event: { stopPropagation(): void }) => void;
  };
}

/** `save` is called with the form when something may have changed. */
export function useField(save: (form: FormData) => void): Field {
  const form = useRef<HTMLFormElement>(null);
  const [isOpen, setOpen] = useState(false);
  // Closing moves the focus, and the blur that follows must not close, and keep, once more.
  const isClosed = useRef(true);
  useEffect(() => {
    if (isOpen) form.current?.querySelector('input')?.focus();
  }, [isOpen]);
  const close = (keep: boolean): void => {
    if (isClosed.current || !form.current) return;
    isClosed.current = true;
    const typed = new FormData(form.current);
    const isValid = form.current.checkValidity();
    const row = form.current.closest<HTMLElement>('tr');
    const hadFocus = form.current.contains(document.activeElement);
    setOpen(false);
    if (hadFocus) row?.focus();
    if (keep && isValid) save(typed);
  };
  return {
    isOpen,
    open: () => {
      isClosed.current = false;
      setOpen(true);
    },
    bind: {
      ref: form,
      onKeyDown: (event) => {
        event.stopPropagation();
        if (event.key === 'Escape') close(false);
      },
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close(true);
      },
      onSubmit: (event) => {
        event.preventDefault();
        close(true);
      },
      onClick: (event) => event.stopPropagation(),
    },
  };
}
