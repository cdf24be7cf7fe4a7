// The features of the pressed phases, as a checklist grouped by phase or as a graph.

import { type ReactElement, useState } from 'react';
import type { FeatureView, MigrationFigures } from '#protocol/migration.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { Card } from '#ui/components/Card.tsx';
import { FilterBox } from '#ui/components/FilterBox.tsx';
import { Checklist } from '#ui/pages/dashboard/migration/Checklist.tsx';
import { FeatureGraph } from '#ui/pages/dashboard/migration/FeatureGraph.tsx';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { t } from '#ui/text.ts';

export interface FeaturesProps {
  readonly figures: MigrationFigures;
  readonly pressed: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly onChoose: (feature: string) => void;
  readonly onAdd: () => void;
  readonly onEdit: (feature: FeatureView) => void;
  readonly cockpit: Cockpit;
}

export interface FeatureGroup {
  readonly id: string;
  readonly title: string;
  readonly features: readonly FeatureView[];
}

export function Features({ figures, pressed, chosen, onChoose, onAdd, onEdit, cockpit }: FeaturesProps): ReactElement {
  const [shape, setShape] = useState<'list' | 'graph'>(readSaved('migrationShape') === 'graph' ? 'graph' : 'list');
  const [filter, setFilter] = useState('');
  const groups = groupsOf(figures, pressed, filter);
  const show = (next: 'list' | 'graph'): void => {
    setShape(next);
    save('migrationShape', next);
  };
  const numbers = figures.phases.filter(({ id }) => pressed.has(id)).map(({ number }) => String(number));
  const actions = (
    <>
      {cockpit.canEdit && <IconButton icon="add" label={t('Add Feature…')} onClick={onAdd} />}
      <FilterBox label={t('Filter features')} value={filter} onChange={setFilter} />
      <IconButton icon="checklist" label={t('Show as Checklist')} pressed={shape === 'list'} onClick={() => show('list')} />
      <IconButton icon="type-hierarchy" label={t('Show as Graph')} pressed={shape === 'graph'} onClick={() => show('graph')} />
    </>
  );
  return (
    <Card title={t('Features')} sub={phasesText(numbers)} actions={actions} className="features">
      {groups.length === 0 && <p className="dim small">{t('No feature fits.')}</p>}
      {groups.length > 0 && shape === 'list' && (
        <Checklist groups={groups} all={figures.features} chosen={chosen} onChoose={onChoose} onEdit={onEdit} cockpit={cockpit} />
      )}
      {groups.length > 0 && shape === 'graph' && (
        <FeatureGraph features={groups.flatMap(({ features }) => features)} chosen={chosen} onChoose={onChoose} />
      )}
    </Card>
  );
}

function phasesText(numbers: readonly string[]): string | undefined {
  if (numbers.length === 0) return undefined;
  const list = new Intl.ListFormat(document.documentElement.lang || 'en', { type: 'conjunction' }).format(numbers);
  return numbers.length === 1 ? t('phase {0}', list) : t('phases {0}', list);
}

function groupsOf({ phases, features }: MigrationFigures, pressed: ReadonlySet<string>, filter: string): readonly FeatureGroup[] {
  const wanted = filter.trim().toLowerCase();
  const fits = ({ id, name }: FeatureView): boolean => wanted === '' || `${id} ${name}`.toLowerCase().includes(wanted);
  const known = new Set(phases.map(({ id }) => id));
  const groups = phases
    .filter(({ id }) => pressed.size === 0 || pressed.has(id))
    .map(({ id, number, name }): FeatureGroup => ({
      id,
      title: `${number}. ${name}`,
      features: features.filter((one) => one.phase === id && fits(one)),
    }));
  const apart = pressed.size > 0 ? [] : features.filter((one) => (one.phase === null || !known.has(one.phase)) && fits(one));
  const all = apart.length === 0 ? groups : [...groups, { id: '', title: t('In no phase'), features: apart }];
  return all.filter((group) => group.features.length > 0);
}
