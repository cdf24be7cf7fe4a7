// The errors of migration plans, one factory a code.

import { AppError } from '#base/errors.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import type { FileProblem } from '#protocol/workflow.ts';

export function planNotFound(id: string, known: Iterable<string>): AppError {
  const ids = [...known];
  return new AppError({
    code: 'migration.notFound',
    message: `There is no plan \`${id}\`. ${didYouMean(id, ids)}`.trim(),
    details: { id, known: ids },
  });
}

export function noFeature(plan: string, feature: string, known: Iterable<string>): AppError {
  const message = `Plan \`${plan}\` has no feature \`${feature}\`. ${didYouMean(feature, known)}`.trim();
  return new AppError({ code: 'migration.noFeature', message, details: { plan, feature } });
}

export function featureExists(plan: string, feature: string): AppError {
  return new AppError({
    code: 'migration.badEdit',
    message: `Plan \`${plan}\` already has a feature \`${feature}\`.`,
    details: { plan, feature },
  });
}

/** The edit would leave the file with an error. */
export function badEdit(plan: string, problem: FileProblem | undefined): AppError {
  const message = `This would make plan \`${plan}\` wrong: ${problem?.message ?? 'it could not be read any more.'}`;
  return new AppError({ code: 'migration.badEdit', message, details: { plan } });
}

export function planReadOnly(plan: string): AppError {
  return new AppError({
    code: 'migration.readOnly',
    message: `Plan \`${plan}\` comes with CAS and cannot be changed. Copy it into the workspace to edit it.`,
    details: { plan },
  });
}

export function planInvalid(plan: string, problems: readonly FileProblem[]): AppError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const lines = errors.map(({ line, column, message, hint }) => `  ${line}:${column} ${message}${hint === '' ? '' : ` ${hint}`}`);
  return new AppError({
    code: 'migration.invalid',
    message: `Plan \`${plan}\` has ${errors.length === 1 ? 'an error' : `${errors.length} errors`} and is not changed until ${errors.length === 1 ? 'it is' : 'they are'} mended:\n${lines.join('\n')}`,
    details: { plan, problems: problems.map((problem) => ({ ...problem })) },
  });
}

export function planChanged(file: string): AppError {
  return new AppError({
    code: 'migration.changed',
    message: `${file} was changed meanwhile, so nothing was written. Look at it again, then repeat the change.`,
    retryable: true,
    details: { file },
  });
}

export function cannotEdit(file: string, line: number): AppError {
  return new AppError({
    code: 'migration.cannotEdit',
    message: `${file} is written in a form that cannot be changed here without touching other lines. Edit line ${line} by hand.`,
    details: { file, line },
  });
}

export function planExists(file: string): AppError {
  return new AppError({ code: 'migration.exists', message: `${file} is there already; it is never replaced.`, details: { file } });
}

export function clockRuns(feature: string): AppError {
  return new AppError({ code: 'migration.clockRuns', message: `The clock of \`${feature}\` is running already.`, details: { feature } });
}

export function noClock(feature: string): AppError {
  return new AppError({ code: 'migration.noClock', message: `No clock is running for \`${feature}\`.`, details: { feature } });
}
