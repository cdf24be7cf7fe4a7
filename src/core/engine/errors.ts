// Every error the engine itself can give, one factory per code.

import { AppError } from '#base/errors.ts';

/** `engine.illegalTransition`: the event does not fit the state. Nothing was changed, nothing may be stored. */
export function illegalTransition(event: string, subject: string, status: string): AppError {
  return new AppError({
    code: 'engine.illegalTransition',
    message: `${event} is not possible for ${subject}, which is ${status}.`,
    details: { event, subject, status },
  });
}

/** `engine.corruptHistory`: the events of a run do not follow each other. */
export function corruptHistory(runId: string, expectedSeq: number, foundSeq: number): AppError {
  return new AppError({
    code: 'engine.corruptHistory',
    message: `Run ${runId} has event ${foundSeq} where event ${expectedSeq} belongs.`,
    details: { runId, expectedSeq, foundSeq },
  });
}

/** `engine.unknownFlag`: the run was started by an engine with behaviour this one does not have. */
export function unknownFlag(flag: string): AppError {
  return new AppError({
    code: 'engine.unknownFlag',
    message: `This run needs engine behaviour "${flag}", which this version does not have. Update CAS to continue it.`,
    details: { flag },
  });
}

/** `engine.stopped`: the runtime was shut down; the run stays resumable. */
export function engineStopped(): AppError {
  return new AppError({ code: 'engine.stopped', message: 'The engine was shut down. The run can be resumed.' });
}

export function runNotFound(runId: string): AppError {
  return new AppError({ code: 'run.notFound', message: `There is no run ${runId}.`, details: { runId } });
}

export function runFinished(runId: string, status: string): AppError {
  return new AppError({ code: 'run.finished', message: `Run ${runId} is ${status} already.`, details: { runId, status } });
}

export function stepNotFound(path: string): AppError {
  return new AppError({ code: 'step.notFound', message: `The run has no step ${path}.`, details: { path } });
}

/** `step.timedOut`, retryable: one attempt took longer than its limit. */
export function stepTimedOut(path: string, timeoutMs: number): AppError {
  return new AppError({
    code: 'step.timedOut',
    message: `Step ${path} took longer than its limit of ${timeoutMs} ms.`,
    retryable: true,
    details: { path, timeoutMs },
  });
}

/** `step.badResult`: an executor gave something that JSON cannot hold, so it cannot be recorded. */
export function badResult(path: string, problem: string): AppError {
  return new AppError({
    code: 'step.badResult',
    message: `Step ${path} gave a result that JSON cannot hold: ${problem}.`,
    details: { path, problem },
  });
}

/** `run.noVersion`: the run has no such checkpoint (yet). */
export function versionNotFound(runId: string, version: number, latest: number): AppError {
  const known = latest === 0 ? 'it has none yet' : `it has v1 to v${latest}`;
  return new AppError({
    code: 'run.noVersion',
    message: `Run ${runId} has no version v${version}: ${known}.`,
    details: { runId, version, latest },
  });
}

/** `run.stillRunning`: going back would pull the ground from under work in flight. */
export function stillRunning(runId: string): AppError {
  return new AppError({
    code: 'run.stillRunning',
    message: `Run ${runId} is running. Pause it before you roll it back.`,
    details: { runId },
  });
}

/** `run.undone`: steps before that version were undone since, so their recorded results do not hold any more. */
export function versionUndone(
  runId: string,
  version: number,
  undone: { readonly paths: readonly string[]; readonly last: number },
): AppError {
  return new AppError({
    code: 'run.undone',
    message: `In v${version} of run ${runId} stand results that were undone since (${undone.paths.join(', ')}). v${undone.last} is the last one before them.`,
    details: { runId, version, paths: undone.paths, lastVersion: undone.last },
  });
}

export function gateRefused(path: string, message: string, reason: string): AppError {
  return new AppError({
    code: 'gate.refused',
    message: reason === '' ? message : `${message} (${reason})`,
    details: { path, reason },
  });
}

export function mapTooLarge(path: string, items: number, limit: number): AppError {
  return new AppError({
    code: 'step.mapTooLarge',
    message: `Step ${path} maps over ${items} items; the limit is ${limit}.`,
    details: { path, items, limit },
  });
}

export function notAList(path: string): AppError {
  return new AppError({ code: 'step.notAList', message: `What step ${path} maps over is not a list.`, details: { path } });
}

export function workflowMissing(path: string, workflow: string): AppError {
  return new AppError({
    code: 'step.workflowMissing',
    message: `Step ${path} runs workflow ${workflow}, which was not there when the run started.`,
    details: { path, workflow },
  });
}

export function decisionNotFound(decisionId: string): AppError {
  return new AppError({
    code: 'decision.notFound',
    message: `No decision ${decisionId} is waiting.`,
    details: { decisionId },
  });
}

export function unknownChoice(decisionId: string, choice: string, known: readonly string[]): AppError {
  return new AppError({
    code: 'decision.unknownChoice',
    message: `"${choice}" is not a choice here; choose one of: ${known.join(', ')}.`,
    details: { decisionId, choice, known },
  });
}
