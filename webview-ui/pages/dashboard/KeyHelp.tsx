// The keys of the dashboard, shown with `?`.

import type { ReactElement } from 'react';
import { Button } from '#ui/components/Button.tsx';
import { Dialog } from '#ui/pages/dashboard/runs/Dialog.tsx';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface KeyHelpProps {
  readonly onClose: () => void;
}

export function KeyHelp({ onClose }: KeyHelpProps): ReactElement {
  const keys = [
    [t('Left, Right, Home, End'), t('between tabs')],
    [t('Up, Down, Home, End'), t('between rows')],
    [t('Enter'), t('open a row or its evidence')],
    [t('Left, Right'), t('fold and unfold a group')],
    [t('Arrows in the graph'), t('along the steps of a run')],
    ['F2', t('change the feature of a row')],
    ['Esc', t('close what is open; the focus goes back')],
    ['/', t('filter')],
    ['?', t('this list')],
  ] as const;
  const showAll = (): void => {
    onClose();
    void host('command', { id: 'cas.help.keyboard' });
  };
  return (
    <Dialog title={t('Keys of the dashboard')} onClose={onClose}>
      <dl className="keys">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Button kind="link" onClick={showAll}>
        {t('All keys of CAS…')}
      </Button>
    </Dialog>
  );
}
