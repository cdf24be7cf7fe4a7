// CustomRuntime as a kind.

import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { CustomRuntime, type CustomRuntimeOptions } from '#core/runtimes/custom/customRuntime.ts';
import { standardServices } from '#core/runtimes/services/standardServices.ts';

export function customKind(options: CustomRuntimeOptions = {}): RuntimeKind {
  return {
    id: 'custom',
    create: ({ store, ...ports }) => new CustomRuntime({ ...ports, runs: store.runs }, options),
    services: standardServices,
  };
}
