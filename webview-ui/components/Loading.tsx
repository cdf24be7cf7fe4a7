import { type ReactElement, useEffect, useState } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import { t } from '#ui/text.ts';

const SPINNER_MS = 400;

/** Grey shapes at once, a spinner only when it takes long. */
export function Loading({ rows = 6 }: { readonly rows?: number }): ReactElement {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), SPINNER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" className="loading">
      {isLong && (
        <p className="row dim">
          <Icon name="sync" className="spin" />
          {t('Loading')}
        </p>
      )}
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="grey row" />
      ))}
    </div>
  );
}
