// The runtimes of CAS, in the order in which they are shown.

import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import type { CustomRuntimeOptions } from '#core/runtimes/custom/customRuntime.ts';
import { langGraphKind } from '#core/runtimes/langgraph/langGraphRuntime.ts';

/** What runs a workflow when nobody asks for another. */
export const DEFAULT_RUNTIME = 'custom';

export function runtimeKinds(options: CustomRuntimeOptions): readonly RuntimeKind[] {
  return [customKind(options), langGraphKind(options)];
}
