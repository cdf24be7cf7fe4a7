// Above the table: what of it is shown, what its glyphs mean, fold, export, refresh.

import type { ReactElement } from 'react';
import { IconButton } from '#ui/components/Button.tsx';
import { FilterBox } from '#ui/components/FilterBox.tsx';
import { Segmented } from '#ui/components/Segmented.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { ago } from '#ui/format.ts';
import { parityCsv } from '#ui/pages/dashboard/live/parityCsv.ts';
import { countOf, type ParityRow, type Show } from '#ui/pages/dashboard/live/parityModel.ts';
import { host } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface ParityToolsProps {
  readonly rows: readonly ParityRow[];
  readonly columns: readonly string[];
  readonly show: Show;
  readonly onShow: (show: Show) => void;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly isAllFolded: boolean;
  readonly onFoldAll: () => void;
  /** Epoch ms; null before the first reading. */
  readonly refreshedAt: number | null;
  readonly onRefresh: () => void;
  readonly now: number;
}

export function ParityTools(props: ParityToolsProps): ReactElement {
  const { rows, columns, show, onShow, text, onText, isAllFolded, onFoldAll, refreshedAt, onRefresh, now } = props;
  const exportTable = (): void => void host('saveText', { name: 'cas-parity.csv', text: parityCsv(rows, columns) });
  return (
    <div className="livetools">
      <FilterBox label={t('Filter features')} value={text} onChange={onText} />
      <Segmented
        label={t('Show')}
        value={show}
        onChange={onShow}
        segments={[
          { id: 'all', label: t('All {0}', countOf(rows, 'all')) },
          { id: 'gaps', label: t('Gaps {0}', countOf(rows, 'gaps')) },
          { id: 'differs', label: t('Differs {0}', countOf(rows, 'differs')) },
          { id: 'critical', label: t('Critical {0}', countOf(rows, 'critical')) },
        ]}
      />
      <div className="legend">
        <span className="row">
          <StateGlyph state="ok" size={14} />
          {t('Available')}
        </span>
        <span className="row">
          <StateGlyph state="partial" size={14} />
          {t('Partial')}
        </span>
        <span className="row">
          <StateGlyph state="none" size={14} />
          {t('Unavailable')}
        </span>
      </div>
      <span className="row">
        <IconButton
          icon={isAllFolded ? 'expand-all' : 'collapse-all'}
          label={isAllFolded ? t('Unfold All') : t('Fold All')}
          onClick={onFoldAll}
        />
        <IconButton icon="export" label={t('Export Table…')} onClick={exportTable} />
        <IconButton
          icon="refresh"
          label={refreshedAt === null ? t('Refresh') : t('Refresh, updated {0}', ago(refreshedAt, now))}
          onClick={onRefresh}
        />
      </span>
    </div>
  );
}
