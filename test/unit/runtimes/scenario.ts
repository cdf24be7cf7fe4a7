// One rule that every runtime keeps, told through the Runtime interface alone.

import { AppError } from '#base/errors.ts';
import type { Script } from '#test/support/engineHarness.ts';
import type { RuntimeHarness } from '#test/support/runtimeHarness.ts';

export interface Scenario {
  /** In the present tense: completes "it …". */
  readonly rule: string;
  /** Asserts what must hold; returns the runs whose histories must be alike on all runtimes. */
  tell(open: (script?: Script) => RuntimeHarness): Promise<readonly string[]>;
}

export const flaky = (): AppError => new AppError({ code: 'net.reset', message: 'The connection was reset.', retryable: true });
export const fatal = (): AppError => new AppError({ code: 'test.fatal', message: 'It cannot be done.' });

/** Attempts of the step that failed retryably before the clock was moved on. */
export const retries = (maxAttempts: number) => ({ retry: { maxAttempts, initialDelayMs: 1_000, maxDelayMs: 1_000 } });

export const question = {
  kind: 'question',
  title: 'Which one?',
  detail: '',
  options: [
    { id: 'left', label: 'Left' },
    { id: 'right', label: 'Right' },
  ],
} as const;

/** Answers the only decision that waits. */
export async function decide(h: RuntimeHarness, runId: string, choice: string, reason = ''): Promise<void> {
  await h.until('a decision', async () => (await h.runtime.view(runId)).decisions.length === 1);
  const [asked] = (await h.runtime.view(runId)).decisions;
  await h.runtime.decide(runId, { decisionId: asked?.id ?? '', choice, by: 'person', reason });
}
