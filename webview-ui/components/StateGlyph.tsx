import type { ReactElement } from 'react';
import { Icon } from '#ui/components/Icon.tsx';
import type { IconName } from '#ui/components/icons.ts';

/** One vocabulary for state: glyph and colour go together everywhere, and the glyph alone is enough. */
const GLYPHS = {
  ok: ['pass', 'ok'],
  partial: ['color-mode', 'warn'],
  none: ['circle-slash', 'mute'],
  failed: ['error', 'bad'],
  blocked: ['lock', 'warn'],
  verified: ['verified-filled', 'ok'],
  waiting: ['person', 'warn'],
  running: ['sync', 'run'],
  queued: ['circle-outline', 'mute'],
  paused: ['debug-pause', 'warn'],
  note: ['comment', 'warn'],
  broken: ['unverified', 'bad'],
  stale: ['history', 'mute'],
} as const satisfies Record<string, readonly [IconName, string]>;

export type State = keyof typeof GLYPHS;

export interface StateGlyphProps {
  readonly state: State;
  /** Given when no word is next to it. */
  readonly label?: string;
  readonly size?: 12 | 14 | 16;
}

export function StateGlyph({ state, label, size = 16 }: StateGlyphProps): ReactElement {
  const [name, tone] = GLYPHS[state];
  const className = state === 'running' ? `${tone} spin` : tone;
  return <Icon name={name} size={size} className={className} {...(label !== undefined && { label })} />;
}
