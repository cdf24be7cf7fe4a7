// A runtime as another extension would bring it: scheduling like CustomRuntime, under an id of its own.

import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { standardServices } from '#core/runtimes/services/standardServices.ts';

class ThirdRuntime extends CustomRuntime {
  override readonly id = 'third';
}

export const thirdKind: RuntimeKind = {
  id: 'third',
  create: ({ store, ...ports }) => new ThirdRuntime({ ...ports, runs: store.runs }),
  services: standardServices,
};
