// The one error type of CAS. Recognise errors by `code`, never by class or message.

import type { Json } from '#base/json.ts';

const BRAND = 'cas.AppError';

/** What crosses a boundary: no stack, no cause, details are plain JSON. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: { readonly [key: string]: Json };
}

export class AppError extends Error implements ErrorView {
  readonly brand = BRAND;
  /** Stable dotted name: `workflow.cycle`, `llm.circuitOpen`, `store.locked`. */
  readonly code: string;
  readonly retryable: boolean;
  readonly details: { readonly [key: string]: Json };

  constructor(init: { code: string; message: string; retryable?: boolean; details?: { readonly [key: string]: Json }; cause?: unknown }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'AppError';
    this.code = init.code;
    this.retryable = init.retryable ?? false;
    this.details = init.details ?? {};
  }
}

/** True across bundles and copies of this module: it looks at the brand, not at the class. */
export function isAppError(value: unknown): value is AppError {
  return typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === BRAND;
}

export function hasCode(value: unknown, code: string): boolean {
  return isAppError(value) && value.code === code;
}

/** True for an abort: a DOMException or Error named AbortError. It passes through and is never logged as an error. */
export function isAbort(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { name?: unknown }).name === 'AbortError';
}

/** The one conversion at a boundary: whatever was thrown becomes a view. Unknown throws get the code `internal`. */
export function toErrorView(thrown: unknown): ErrorView {
  if (isAppError(thrown)) {
    return { code: thrown.code, message: thrown.message, retryable: thrown.retryable, details: thrown.details };
  }
  if (isAbort(thrown)) return { code: 'aborted', message: 'The operation was cancelled.', retryable: false, details: {} };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'internal', message, retryable: false, details: {} };
}

/** The way back: an error received as a view is thrown again with its code kept. */
export function fromErrorView(view: ErrorView): AppError {
  return new AppError({ ...view });
}
