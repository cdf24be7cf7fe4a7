// A tile a phase. Pressed tiles filter the features; none pressed shows all.

import type { ReactElement } from 'react';
import type { PhaseView } from '#protocol/migration.ts';
import { Icon } from '#ui/components/Icon.tsx';
import { HoursText } from '#ui/migration/HoursText.tsx';
import { stateWords } from '#ui/migration/featureLooks.tsx';
import { t } from '#ui/text.ts';

export interface PhasesProps {
  readonly phases: readonly PhaseView[];
  readonly pressed: ReadonlySet<string>;
  readonly onPress: (pressed: ReadonlySet<string>) => void;
}

export function Phases({ phases, pressed, onPress }: PhasesProps): ReactElement | null {
  if (phases.length === 0) return null;
  const toggle = (id: string): void => {
    const next = new Set(pressed);
    if (!next.delete(id)) next.add(id);
    onPress(next);
  };
  return (
    <div className="phases" role="group" aria-label={t('Phases')}>
      {phases.map((phase) => (
        <Tile key={phase.id} phase={phase} isPressed={pressed.has(phase.id)} onClick={() => toggle(phase.id)} />
      ))}
    </div>
  );
}

const GLYPHS = {
  done: ['pass-filled', 'ok'],
  'in progress': ['circle-large-filled', 'run'],
  'not started': ['circle-large-outline', 'mute'],
} as const;

function Tile({
  phase,
  isPressed,
  onClick,
}: {
  readonly phase: PhaseView;
  readonly isPressed: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const { number, name, description, done, total, state, hours } = phase;
  const [icon, tone] = GLYPHS[state];
  const count = t('{0} of {1}', done, total);
  return (
    <button type="button" className="phase" aria-pressed={isPressed} title={description || undefined} onClick={onClick}>
      <span className="row">
        <Icon name={icon} size={icon === 'pass-filled' ? 14 : 12} className={tone} />
        <b className="clip">
          {number}. {name}
        </b>
        <span className="sr">, {stateWords[state]},</span>
      </span>
      <span className="meter" aria-hidden="true">
        <span className="fill" style={{ width: `${total === 0 ? 0 : (100 * done) / total}%` }} />
      </span>
      <span className="row small num">
        <span className="dim">{count}</span>
        <span className="right">
          <HoursText hours={hours} unestimated={hours.unestimated} />
        </span>
      </span>
    </button>
  );
}
