// Ids as people type them: whole, a unique prefix, or `latest`.

import { AppError } from '#base/errors.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import type { RunRow, Store } from '#core/store/store.ts';

export const runNotFound = (id: string): AppError =>
  new AppError({ code: 'run.notFound', message: `There is no run ${id} in this workspace.`, details: { id } });

export async function resolveRun(store: Store, id: string): Promise<RunRow> {
  if (id === 'latest') {
    const [newest] = await store.runs.list({ limit: 1 });
    if (newest === undefined) throw new AppError({ code: 'run.notFound', message: 'There are no runs in this workspace yet.' });
    return newest;
  }
  const row = (await store.runs.get(id)) ?? (await store.runs.find(id));
  if (row === null) throw runNotFound(id);
  return row;
}

export function skillNotFound(id: string, known: Iterable<string>): AppError {
  const names = [...known];
  return new AppError({
    code: 'skill.notFound',
    message: `There is no skill \`${id}\`. ${didYouMean(id, names)}`.trim(),
    details: { id, known: names },
  });
}

export function runtimeNotFound(id: string, known: Iterable<string>): AppError {
  const names = [...known];
  return new AppError({
    code: 'runtime.notFound',
    message: `There is no runtime \`${id}\`. ${didYouMean(id, names)}`.trim(),
    details: { id, known: names },
  });
}

export function featureNotFound(id: string, known: readonly string[]): AppError {
  return new AppError({
    code: 'parity.noFeature',
    message: `There is no compared feature \`${id}\`. ${didYouMean(id, known)}`.trim(),
    details: { id, known: [...known] },
  });
}
