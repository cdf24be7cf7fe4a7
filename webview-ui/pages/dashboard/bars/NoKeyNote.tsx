import type { ReactElement } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

/** Where no model can be called: what still works, and how to change that. */
export function NoKeyNote(): ReactElement | null {
  const info = useQuery('workspace.info', [], { refreshOn: ['agents'] });
  if (info.data === undefined || info.data.providers.length > 0) return null;
  return (
    <section className="note nokey" aria-label={t('No model')}>
      <Icon name="key" />
      <span className="grow">
        {t('No model can be called yet. Agents work with their deterministic skills; the key stays in the secret store of this machine.')}
      </span>
      <Button small onClick={() => void host('command', { id: 'cas.provider.addKey' })}>
        {t('Add API Key…')}
      </Button>
      <Button small onClick={() => void host('command', { id: 'cas.provider.useLocal' })}>
        {t('Use a Local Model…')}
      </Button>
    </section>
  );
}
