import type { ReactElement } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

export function TrustBar(): ReactElement | null {
  const info = useQuery('workspace.info', [], { refreshOn: ['agents'] });
  if (info.data === undefined || info.data.trusted) return null;
  return (
    <section className="noticebar warn" aria-label={t('Restricted Mode')}>
      <Icon name="shield" className="warn" />
      <span className="grow">
        <b className="strong">{t('Restricted Mode.')}</b>{' '}
        {t('You can read workflows, runs and proposals. Nothing runs and no file changes until you trust this folder.')}
      </span>
      <Button small onClick={() => void host('command', { id: 'workbench.trust.manage' })}>
        {t('Manage Workspace Trust')}
      </Button>
    </section>
  );
}
