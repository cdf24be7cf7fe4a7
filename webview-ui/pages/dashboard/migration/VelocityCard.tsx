// Features completed in each week, this one marked because it is not over.

import { type ReactElement, useState } from 'react';
import type { MigrationFigures } from '#protocol/migration.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { ChartTable } from '#ui/components/ChartTable.tsx';
import { calendarDay, shortHours } from '#ui/format.ts';
import { t } from '#ui/text.ts';

export function VelocityCard({ figures: { weeks, velocity } }: { readonly figures: MigrationFigures }): ReactElement {
  const [asTable, setAsTable] = useState(false);
  const most = Math.max(1, ...weeks.map(({ features }) => features));
  const finding =
    velocity === null
      ? t('Nothing was completed in the last 4 weeks.')
      : t('{0} features a week over the last 4 weeks; {1} in the best week shown.', velocity.featuresPerWeek.toFixed(1), most);
  const toggle = (
    <IconButton icon="list-tree" label={t('Show Velocity as a Table')} pressed={asTable} onClick={() => setAsTable(!asTable)} />
  );
  return (
    <Card title={t('Velocity')} sub={t('features a week')} actions={toggle}>
      {weeks.length === 0 && <p className="dim small">{t('Shown once a feature has a completion date.')}</p>}
      {weeks.length > 0 && asTable && (
        <div className="tablebox">
          <ChartTable
            label={finding}
            head={[t('Week of'), t('Features'), t('Planned hours')]}
            rows={weeks.map(({ date, features, hours }) => [calendarDay(date), String(features), shortHours(hours)])}
          />
        </div>
      )}
      {weeks.length > 0 && !asTable && (
        <div className="weeks" role="img" aria-label={finding}>
          {weeks.map(({ date, week, features, current }, index) => (
            <div
              key={date}
              className={current ? 'week current' : 'week'}
              title={t('Week {0}, from {1}: {2}', week, calendarDay(date), features)}
            >
              <span className="num">{features === 0 ? '' : features}</span>
              <i style={{ height: `${(features / most) * 42}px` }} />
              <span className="num label">
                {current ? t('now') : index === 0 ? t('wk {0}', week) : index === weeks.length - 2 ? week : ''}
              </span>
            </div>
          ))}
        </div>
      )}
    </Card>
  );
}
