// All values of a feature in one place, to add one or to change one. Only what was changed is written.

import { type ReactElement, useState } from 'react';
import type { FeatureView, MigrationEdit, MigrationView, PhaseView, PlanPriority } from '#protocol/migration.ts';
import { priorities, priorityWords } from '#ui/migration/featureLooks.tsx';
import type { Cockpit } from '#ui/pages/dashboard/migration/useCockpit.ts';
import { Dialog } from '#ui/pages/dashboard/runs/Dialog.tsx';
import { t } from '#ui/text.ts';

export interface FeatureDialogProps {
  /** As it is now; the form begins with it, and its edits are for it. */
  readonly view: MigrationView;
  readonly phases: readonly PhaseView[];
  /** Null: a new one. */
  readonly feature: FeatureView | null;
  /** Of a new one, at first. */
  readonly phase: string | null;
  readonly cockpit: Cockpit;
  /** With the id of the feature when it was written. */
  readonly onClose: (feature: string | null) => void;
}

interface Values {
  readonly name: string;
  readonly phase: string;
  readonly priority: PlanPriority;
  readonly hours: string;
  readonly notes: string;
}

const MOST_HOURS = 10_000;

export function FeatureDialog({ view, phases, feature, phase, cockpit, onClose }: FeatureDialogProps): ReactElement {
  const [before] = useState(() => valuesOf(feature, phase));
  const [values, setValues] = useState(before);
  // The text that was looked at. When it is another one by now, that is said once; a second try is for the newest.
  const [base, setBase] = useState(view);
  const [isBusy, setBusy] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const set = (part: Partial<Values>): void => setValues({ ...values, ...part });
  const missing = missingPart(values);
  const save = async (): Promise<void> => {
    if (missing !== undefined || isBusy) return;
    const edits = feature === null ? [addition(values)] : changes(feature.id, before, values);
    if (edits.length === 0) return onClose(null);
    setBusy(true);
    const after = await cockpit.editFrom(base, edits);
    setBusy(false);
    if (after !== null) return onClose(feature?.id ?? newIn(base, after));
    setRefused(true);
    setBase(view);
  };
  return (
    <Dialog
      title={feature === null ? t('Add a feature') : t('Change a feature')}
      action={feature === null ? t('Add') : t('Change')}
      {...(feature === null && { dismiss: t('Add Nothing') })}
      error={isRefused ? cockpit.error : null}
      {...{ isBusy, missing }}
      onAction={() => void save()}
      onClose={() => onClose(null)}
    >
      <form
        className="featureform"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label className="field wide">
          {t('Name')}
          <input type="text" value={values.name} maxLength={200} onChange={(event) => set({ name: event.target.value })} />
        </label>
        {phases.length > 0 && (
          <label className="field wide">
            {t('Phase')}
            <select value={values.phase} onChange={(event) => set({ phase: event.target.value })}>
              {phases.map(({ id, number, name }) => (
                <option key={id} value={id}>{`${number}. ${name}`}</option>
              ))}
              <option value="">{t('In no phase')}</option>
            </select>
          </label>
        )}
        <label className="field">
          {t('Priority')}
          <select value={values.priority} onChange={(event) => set({ priority: event.target.value as PlanPriority })}>
            {priorities.map((priority) => (
              <option key={priority} value={priority}>
                {priorityWords[priority]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {t('Planned hours')}
          <input type="text" inputMode="decimal" value={values.hours} onChange={(event) => set({ hours: event.target.value })} />
        </label>
        <label className="field wide">
          {t('Notes')}
          <textarea rows={4} value={values.notes} maxLength={10_000} onChange={(event) => set({ notes: event.target.value })} />
        </label>
        <button type="submit" className="sr" tabIndex={-1}>
          {t('Keep')}
        </button>
      </form>
    </Dialog>
  );
}

function valuesOf(feature: FeatureView | null, phase: string | null): Values {
  if (feature === null) return { name: '', phase: phase ?? '', priority: 'important', hours: '', notes: '' };
  const { name, priority, hours, notes } = feature;
  return { name, phase: feature.phase ?? '', priority, hours: hours.planned === null ? '' : String(hours.planned), notes };
}

/** A comma is a point; NaN for what is no amount of hours. */
function hoursIn(text: string): number | null {
  if (text.trim() === '') return null;
  const hours = Number(text.trim().replace(',', '.'));
  return hours >= 0 && hours <= MOST_HOURS ? hours : Number.NaN;
}

function missingPart({ name, hours }: Values): string | undefined {
  if (name.trim() === '') return t('A name is needed.');
  return Number.isNaN(hoursIn(hours)) ? t('Planned hours are a number from 0 to {0}.', MOST_HOURS) : undefined;
}

function addition({ name, phase, priority, hours, notes }: Values): MigrationEdit {
  const estimatedHours = hoursIn(hours);
  return {
    kind: 'addFeature',
    name: name.trim(),
    priority,
    ...(phase !== '' && { phase }),
    ...(estimatedHours !== null && { estimatedHours }),
    ...(notes !== '' && { notes }),
  };
}

function changes(feature: string, before: Values, now: Values): readonly MigrationEdit[] {
  const edits: { readonly [V in keyof Values]: MigrationEdit } = {
    name: { kind: 'name', feature, name: now.name.trim() },
    phase: { kind: 'phase', feature, phase: now.phase === '' ? null : now.phase },
    priority: { kind: 'priority', feature, priority: now.priority },
    hours: { kind: 'estimatedHours', feature, hours: hoursIn(now.hours) },
    notes: { kind: 'notes', feature, notes: now.notes === '' ? null : now.notes },
  };
  return (Object.keys(edits) as readonly (keyof Values)[]).filter((key) => now[key] !== before[key]).map((key) => edits[key]);
}

function newIn(before: MigrationView, after: MigrationView): string | null {
  const known = new Set(before.figures?.features.map(({ id }) => id));
  return after.figures?.features.find(({ id }) => !known.has(id))?.id ?? null;
}
