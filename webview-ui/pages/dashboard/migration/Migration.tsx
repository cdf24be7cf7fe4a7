// The cockpit of a plan: how far it is, what is in it, how fast it goes, and what to do next.

import { type ReactElement, useState } from 'react';
import type { FeatureView, MigrationFigures, MigrationView } from '#protocol/migration.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { BurnUpCard } from '#ui/pages/dashboard/migration/BurnUpCard.tsx';
import { Dependencies } from '#ui/pages/dashboard/migration/Dependencies.tsx';
import { FeatureDialog } from '#ui/pages/dashboard/migration/FeatureDialog.tsx';
import { Features } from '#ui/pages/dashboard/migration/Features.tsx';
import { Head } from '#ui/pages/dashboard/migration/Head.tsx';
import { NextSteps } from '#ui/pages/dashboard/migration/NextSteps.tsx';
import { Phases } from '#ui/pages/dashboard/migration/Phases.tsx';
import { Problems } from '#ui/pages/dashboard/migration/Problems.tsx';
import { PlanPicker, Templates } from '#ui/pages/dashboard/migration/PlanPicker.tsx';
import { type Cockpit, useCockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { VelocityCard } from '#ui/pages/dashboard/migration/VelocityCard.tsx';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { t } from '#ui/text.ts';

/** `item`: a plan's id, or `<plan>/<phase>`. */
export function Migration({ item, go }: TabProps): ReactElement {
  const plans = useQuery('migrations.list', [], { refreshOn: ['migrations', 'parity'] });
  const info = useQuery('workspace.info', [], { refreshOn: ['agents'] });
  const isTrusted = info.data?.trusted === true;
  const [wanted, phase] = (item ?? savedPlan()).split('/');
  if (plans.error) return <ErrorNote error={plans.error} onRetry={() => void plans.refresh()} />;
  if (plans.data === undefined) return <Loading />;
  const chosen = plans.data.find(({ id }) => id === wanted) ?? plans.data[0];
  if (chosen === undefined)
    return (
      <EmptyState title={t('Plans appear here: their features, hours and forecast.')}>
        <Templates trusted={isTrusted} />
      </EmptyState>
    );
  const choose = (id: string): void => {
    save('migrationPlan', id);
    go({ tab: 'migration', item: id });
  };
  return (
    <div className="migration col">
      <PlanPicker trusted={isTrusted} plans={plans.data} chosen={chosen.id} onChoose={choose} />
      <Plan key={`${chosen.id}/${phase ?? ''}`} id={chosen.id} phase={phase} />
    </div>
  );
}

function savedPlan(): string {
  const saved = readSaved('migrationPlan');
  return typeof saved === 'string' ? saved : '';
}

function Plan({ id, phase }: { readonly id: string; readonly phase: string | undefined }): ReactElement {
  const query = useQuery('migrations.get', [id], { refreshOn: ['migrations', 'parity'], everyMs: 60_000 });
  if (query.data === undefined) return query.error ? <ErrorNote error={query.error} onRetry={() => void query.refresh()} /> : <Loading />;
  return (
    <>
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refresh()} />}
      <Problems view={query.data} />
      {query.data.figures && <Board view={query.data} figures={query.data.figures} phase={phase} refresh={query.refresh} />}
    </>
  );
}

interface BoardProps {
  readonly view: MigrationView;
  readonly figures: MigrationFigures;
  readonly phase: string | undefined;
  readonly refresh: () => Promise<void>;
}

function Board({ view, figures, phase, refresh }: BoardProps): ReactElement {
  const cockpit = useCockpit(view, refresh);
  const [pressed, setPressed] = useState<ReadonlySet<string>>(new Set(phase === undefined ? [] : [phase]));
  const [chosen, setChosen] = useState<string | null>(null);
  const [form, setForm] = useState<FeatureView | 'new' | null>(null);
  const feature = figures.features.find(({ id }) => id === (chosen ?? figures.nextSteps[0]?.feature)) ?? figures.features[0];
  return (
    <>
      <Head view={view} figures={figures} cockpit={cockpit} />
      {cockpit.error && <ErrorNote error={cockpit.error} />}
      <Phases phases={figures.phases} pressed={pressed} onPress={setPressed} />
      {figures.features.length === 0 ? (
        <NoFeatures view={view} cockpit={cockpit} onAdd={() => setForm('new')} />
      ) : (
        <div className="columns">
          <div className="col main">
            <Features
              figures={figures}
              pressed={pressed}
              chosen={feature?.id ?? null}
              onChoose={setChosen}
              onAdd={() => setForm('new')}
              onEdit={setForm}
              cockpit={cockpit}
            />
            {feature && (
              <Dependencies figures={figures} feature={feature} onChoose={setChosen} onEdit={setForm} cockpit={cockpit} view={view} />
            )}
          </div>
          <div className="col side">
            <BurnUpCard figures={figures} />
            <VelocityCard figures={figures} />
            <NextSteps steps={figures.nextSteps} onChoose={setChosen} />
          </div>
        </div>
      )}
      {form !== null && (
        <FeatureDialog
          view={view}
          phases={figures.phases}
          feature={form === 'new' ? null : form}
          phase={phaseFor(figures, pressed, feature)}
          cockpit={cockpit}
          onClose={(written) => {
            setForm(null);
            if (written !== null) setChosen(written);
          }}
        />
      )}
    </>
  );
}

/** Where a new feature begins: in the one phase that is looked at, or beside the chosen feature. */
function phaseFor({ phases }: MigrationFigures, pressed: ReadonlySet<string>, chosen: FeatureView | undefined): string | null {
  const [only] = pressed;
  return (pressed.size === 1 ? only : (chosen?.phase ?? phases[0]?.id)) ?? null;
}

interface NoFeaturesProps {
  readonly view: MigrationView;
  readonly cockpit: Cockpit;
  readonly onAdd: () => void;
}

function NoFeatures({ view, cockpit, onAdd }: NoFeaturesProps): ReactElement {
  return (
    <EmptyState title={t('This plan has no features yet.')}>
      {cockpit.canEdit && (
        <Button kind="primary" icon="add" onClick={onAdd}>
          {t('Add Feature…')}
        </Button>
      )}
      {view.file !== null && <Button onClick={() => cockpit.openAt(1)}>{t('Open File')}</Button>}
    </EmptyState>
  );
}
