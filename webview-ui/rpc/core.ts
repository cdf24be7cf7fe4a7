// How a page reaches the core and the editor.

import { systemClock } from '#base/clock.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { ActionArgument, ActionResults, DashboardAction, DashboardMethod } from '#protocol/pages/dashboard.ts';
import { PageConnection, type RequestOptions } from '#ui/rpc/connection.ts';
import { transport } from '#ui/rpc/vscodeApi.ts';

export type Answer<M extends DashboardMethod> = Awaited<ReturnType<CoreMethods[M]>>;

export const connection = new PageConnection({ transport, clock: systemClock, page: crypto.randomUUID() });

/** Rejects with an AppError, whose code is the core's or `page.*`. */
export function call<M extends DashboardMethod>(method: M, ...args: Parameters<CoreMethods[M]>): Promise<Answer<M>> {
  return callWith({}, method, ...args);
}

/** The same with a time limit of its own, or a signal: after an abort the answer is not waited for, though the core may go on. */
export function callWith<M extends DashboardMethod>(
  options: RequestOptions,
  method: M,
  ...args: Parameters<CoreMethods[M]>
): Promise<Answer<M>> {
  return connection.request({ kind: 'call', method, args }, options) as Promise<Answer<M>>;
}

/** Asks the editor to do something. A dialog may be open as long as the person likes. */
export function host<A extends DashboardAction>(action: A, arg: ActionArgument<A>): Promise<ActionResults[A]> {
  return connection.request({ kind: 'act', action, arg }, { timeoutMs: DIALOG_MS }) as Promise<ActionResults[A]>;
}

const DIALOG_MS = 24 * 3_600_000;
