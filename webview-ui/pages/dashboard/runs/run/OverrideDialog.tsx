// A person gives a step its result, or a gate its verdict. The reason goes into the audit.

import { type ReactElement, useState } from 'react';
import type { Json } from '#base/json.ts';
import { Dialog, Reason } from '#ui/pages/dashboard/runs/Dialog.tsx';
import { stepLook } from '#ui/pages/dashboard/runs/looks.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { isSettled, type StepNow } from '#ui/pages/dashboard/runs/model/steps.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { call } from '#ui/rpc/core.ts';
import { t } from '#ui/text.ts';

export interface OverrideDialogProps {
  readonly model: RunPicture;
  /** The step to begin with; null: the one that runs. */
  readonly path: string | null;
  readonly onClose: () => void;
}

export function OverrideDialog({ model, path, onClose }: OverrideDialogProps): ReactElement {
  const steps = [...model.steps.all].filter(({ status }) => status !== 'cancelled');
  const [chosen, setChosen] = useState(() => first(steps, path)?.path ?? '');
  const step = model.steps.at(chosen);
  const [text, setText] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const { isBusy, error, start } = useAction();
  const value = text ?? resultText(model, step);
  const parsed = step?.kind === 'gate' ? passed(reason) : parse(value);
  const missing = missingPart(parsed, reason);
  const override = async (): Promise<void> => {
    if (!parsed.ok) return;
    const { runId: id } = model.created;
    if (await start(() => call('runs.override', { id, path: chosen, output: parsed.value, reason }))) onClose();
  };
  return (
    <Dialog title={t('Override a step')} action={t('Override')} {...{ isBusy, error, missing, onClose }} onAction={() => void override()}>
      <label className="field">
        {t('Step')}
        <select
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
            setText(null);
          }}
        >
          {steps.map((one) => (
            <option key={one.path} value={one.path}>
              {`${one.title} (${stepLook(one.status).word})${one.path === one.title ? '' : ` – ${one.path}`}`}
            </option>
          ))}
        </select>
      </label>
      {step?.kind === 'gate' ? (
        <p>{t('The gate passes, whatever its check says.')}</p>
      ) : (
        <label className="field">
          {t('Result, as JSON')}
          <textarea
            className="mono"
            rows={6}
            spellCheck={false}
            value={value}
            aria-invalid={!parsed.ok}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
      )}
      {!parsed.ok && <p className="bad small">{parsed.problem}</p>}
      <p className="dim small">
        {step !== undefined && isSettled(step.status)
          ? t('Steps that used the old result are not run again: rewind for that.')
          : t('The step ends with this result; what it does now is stopped.')}
      </p>
      <Reason label={t('Reason, kept in the audit')} value={reason} onChange={setReason} />
    </Dialog>
  );
}

type Parsed = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };

function first(steps: readonly StepNow[], path: string | null): StepNow | undefined {
  return steps.find((step) => step.path === path) ?? steps.find(({ status }) => status === 'running' || status === 'waiting') ?? steps[0];
}

/** What the step has as its result, or an empty object. */
function resultText({ events }: RunPicture, step: StepNow | undefined): string {
  const last = events.findLast(
    (event) => (event.type === 'step.succeeded' || event.type === 'step.overridden') && event.path === step?.path,
  );
  return JSON.stringify(last !== undefined && 'output' in last ? last.output : {}, null, 2);
}

function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (error) {
    return { ok: false, problem: t('This is not JSON: {0}', (error as Error).message) };
  }
}

/** What a gate has as its result when a person lets it pass. */
function passed(reason: string): Parsed {
  return { ok: true, value: { passed: true, by: 'person', reason } };
}

function missingPart(parsed: Parsed, reason: string): string | undefined {
  if (!parsed.ok) return parsed.problem;
  return reason.trim() === '' ? t('A reason is needed; it is kept with the run.') : undefined;
}
