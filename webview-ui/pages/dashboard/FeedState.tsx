// At the right of the tabs: whether what is shown is live, and since when not.

import { type ReactElement, useEffect, useState } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import { ago } from '#ui/format.ts';
import { useFeedStatus } from '#ui/rpc/useFeedStatus.ts';
import { t } from '#ui/text.ts';

/** A start takes a moment; only what lasts longer is worth a word. */
const GRACE_MS = 1_500;

export function FeedState(): ReactElement {
  const { status, at } = useFeedStatus();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (status === 'streaming') return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [status]);
  const isGone = status !== 'streaming' && now - at > GRACE_MS;
  const isOld = isGone && status === 'reconnecting';
  useEffect(() => {
    document.body.classList.toggle('is-old', isOld);
  }, [isOld]);
  if (status === 'connecting' && !isGone) return <div className="feedstate" role="status" />;
  return (
    <div className={`feedstate ${isGone ? 'warn' : 'dim'}`} role="status">
      <Icon name={isGone ? 'sync' : 'circle-filled'} size={12} className={isGone ? 'spin' : 'ok'} />
      {isOld ? t('Reconnecting, last update {0}', ago(at, now)) : isGone ? t('Connecting') : t('Streaming')}
    </div>
  );
}
