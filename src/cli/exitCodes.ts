// Exit codes of `cas`, documented in `cas --help` and docs/cli.md. Scripts may rely on them.

import { isAbort, isAppError } from '#base/errors.ts';
import type { RunStatus } from '#protocol/runView.ts';

export const exitCodes = {
  ok: 0,
  /** A run failed or was cancelled, or what was asked was refused (a conflict, a finished run). */
  failed: 1,
  /** Wrong options, or an id or name that does not exist. */
  usage: 2,
  /** A workflow file or its inputs have problems. */
  invalid: 3,
  /** The workspace could not be opened: locked by another program, damaged store, no lock on this machine. */
  unavailable: 4,
  /** The run ended with part of its work undone because a provider refused for good. */
  partial: 5,
  /** The run waits for a person and nobody can be asked here. */
  waiting: 6,
  /** Stopped by Ctrl-C; the run can be resumed. */
  interrupted: 130,
} as const;

const usageCodes = new Set([
  'run.notFound',
  'run.ambiguous',
  'proposal.notFound',
  'proposal.ambiguous',
  'workflow.notFound',
  'agent.notFound',
  'runtime.notFound',
  'run.noVersion',
  'deadLetter.notFound',
  'deadLetter.ambiguous',
  'step.notFound',
  'decision.notFound',
  'decision.unknownChoice',
  'proposal.noSuchTarget',
  'migration.notFound',
  'migration.noFeature',
  'migration.noClock',
  'trigger.notFound',
  'feedback.notFound',
  'agent.noCapability',
  'provider.notFound',
  'bus.unknownType',
  'bus.badPayload',
  'cli.usage',
]);
const invalidCodes = new Set(['workflow.invalid', 'workflow.badInput', 'migration.invalid']);

export function exitCodeOf(error: unknown): number {
  if (isAbort(error)) return exitCodes.interrupted;
  if (!isAppError(error)) return exitCodes.failed;
  if (usageCodes.has(error.code)) return exitCodes.usage;
  if (invalidCodes.has(error.code)) return exitCodes.invalid;
  if (error.code.startsWith('store.') || error.code.startsWith('owner.')) return exitCodes.unavailable;
  return exitCodes.failed;
}

export function exitCodeOfRun(status: RunStatus): number {
  if (status === 'completed') return exitCodes.ok;
  return status === 'partial' ? exitCodes.partial : exitCodes.failed;
}
