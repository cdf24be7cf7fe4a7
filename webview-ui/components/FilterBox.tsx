import { type ReactElement, useEffect, useRef } from 'react';
import { Icon } from '#ui/components/Icon.tsx';

export interface FilterBoxProps {
  /** Placeholder and name: `Filter features`. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** `/` goes here from anywhere on the page; Escape empties it. */
export function FilterBox({ label, value, onChange }: FilterBoxProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="filterbox">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="text"
        value={value}
        placeholder={label}
        aria-label={label}
        aria-keyshortcuts="/"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onChange('')}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}

/** True where a key is text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
