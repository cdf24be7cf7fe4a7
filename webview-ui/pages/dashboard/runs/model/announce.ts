// What a screen reader is told of a run: one polite sentence for a step, decisions and failures at once.

import { duration } from '#base/figures.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface Announcement {
  readonly text: string;
  /** Said at once, also in the middle of something else. */
  readonly urgent: boolean;
}

type Translate = (text: string, ...values: readonly (string | number)[]) => string;

/** Null for what is not worth a sentence. `title` gives the name of a step, `t` the person's language. */
export function announcementOf(event: RunEvent, title: (path: string) => string, t: Translate): Announcement | null {
  const polite = (text: string): Announcement => ({ text, urgent: false });
  const urgent = (text: string): Announcement => ({ text, urgent: true });
  switch (event.type) {
    case 'step.started':
      return polite(event.attempt === 1 ? t('{0} started', title(event.path)) : t('{0} started again', title(event.path)));
    case 'step.succeeded':
      return polite(t('{0} done in {1}', title(event.path), duration(event.durationMs)));
    case 'step.failed':
      return event.retryAt === null
        ? urgent(t('{0} failed: {1}', title(event.path), event.error.message))
        : polite(t('{0} failed and is tried again', title(event.path)));
    case 'decision.requested':
      return urgent(t('{0} waits for you: {1}', title(event.path), event.title));
    case 'run.paused':
      return polite(t('Run paused'));
    case 'run.resumed':
      return polite(t('Run goes on'));
    case 'run.rewound':
      return polite(t('Run rewound, and paused'));
    case 'run.completed':
      return polite(t('Run completed'));
    case 'run.partial':
      return urgent(t('Run ended early: {0}', event.reason));
    case 'run.failed':
      return urgent(t('Run failed: {0}', event.error.message));
    case 'run.cancelled':
      return polite(t('Run cancelled'));
    default:
      return null;
  }
}
