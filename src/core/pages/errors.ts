// What can go wrong between a page and its host.

import { AppError } from '#base/errors.ts';

export function pageVersion(theirs: number, ours: number): AppError {
  return new AppError({
    code: 'page.version',
    message: 'CAS was updated while this page was open. Reload the window.',
    details: { theirs, ours },
  });
}

export function pageNotAllowed(name: string): AppError {
  return new AppError({ code: 'page.notAllowed', message: `This page may not use ${name}.`, details: { name } });
}

export function pageBadArguments(name: string, reason: string): AppError {
  return new AppError({ code: 'page.badArguments', message: `Bad arguments for ${name}: ${reason}`, details: { name } });
}

export function pageTooMany(what: string, limit: number): AppError {
  return new AppError({
    code: 'page.tooMany',
    message: `Too many ${what} at a time: at most ${limit}.`,
    retryable: true,
    details: { limit },
  });
}

export function pageUnknownTopic(topic: string): AppError {
  return new AppError({ code: 'page.unknownTopic', message: `Nothing can be followed under ${topic}.`, details: { topic } });
}
