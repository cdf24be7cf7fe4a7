// What the API methods about runs share: what they are made of, and what they ask before anything runs.

import { AppError } from '#base/errors.ts';
import { noProvider } from '#core/agents/executor.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunMode } from '#protocol/runEvents.ts';

export interface RunMethodsDeps {
  readonly ports: HostPorts;
  readonly store: Store;
  /** By id; unknown ones give `runtime.notFound`. */
  readonly runtime: (id: string | undefined) => Runtime;
  /** The checked definition and its sub-workflows. Throws `workflow.notFound`, `workflow.invalid`. */
  readonly definition: (
    name: string,
  ) => Promise<{ readonly definition: WorkflowDefinition; readonly library: { readonly [name: string]: WorkflowDefinition } }>;
  readonly providers: () => Promise<readonly string[]>;
}

export const PERSON = 'person';

/** An untrusted workspace runs nothing and decides nothing. */
export function assertTrusted(ports: Pick<HostPorts, 'trusted'>): void {
  if (ports.trusted()) return;
  throw new AppError({
    code: 'workspace.untrusted',
    message: 'This workspace is not trusted, so nothing runs in it and nothing is written. Trust it first.',
  });
}

interface ModelWish {
  readonly definition: WorkflowDefinition;
  readonly library: { readonly [name: string]: WorkflowDefinition };
  readonly mode: RunMode;
}

/** Whether a model may be called; a dry run calls none. Throws `llm.noProvider` where the workflow cannot do without. */
export async function hasModelFor(deps: Pick<RunMethodsDeps, 'providers'>, { definition, library, mode }: ModelWish): Promise<boolean> {
  if (mode === 'dry-run') return false;
  const hasModel = (await deps.providers()).length > 0;
  const needsModel = [definition, ...Object.values(library)].some((one) => one.requires.includes('model'));
  if (needsModel && !hasModel) throw noProvider(`The workflow ${definition.name}`);
  return hasModel;
}
