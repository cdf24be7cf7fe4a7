// Says when the workspace could not be opened, and what helps.

import type { ReactElement } from 'react';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { host } from '#ui/rpc/core.ts';
import { useTopic } from '#ui/rpc/topics.ts';

export function CoreNote(): ReactElement | null {
  const core = useTopic('core');
  if (core?.kind !== 'failed') return null;
  return <ErrorNote error={core.error} onRetry={() => void host('command', { id: 'cas.core.retry' })} />;
}
