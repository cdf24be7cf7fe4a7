// A skill context over a folder with the real ports of Node: commands really run, in scratch copies.

import type { Json } from '#base/json.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createSkillContext } from '#test/support/skillContext.ts';

export interface ProjectContextOptions {
  readonly mode?: RunMode;
  readonly results?: Json;
  readonly signal?: AbortSignal;
  /** Default: allowed, so that the tests run on machines without bubblewrap too. */
  readonly unsandboxed?: 'allow' | 'refuse';
  /** Why there is no sandbox; absent: the real one is tried. */
  readonly noSandbox?: string;
}

type Recorded = Parameters<SkillContext['recordTool']>[0];

export function createProjectContext(
  root: string,
  options: ProjectContextOptions = {},
): ReturnType<typeof createSkillContext> & { readonly recorded: Recorded[] } {
  const { noSandbox, unsandboxed, ...rest } = options;
  const recorded: Recorded[] = [];
  const gate = createProcessGate({
    trusted: () => true,
    unsandboxed: () => unsandboxed ?? 'allow',
    howToAllow: 'pass --allow-unsandboxed',
    ...(noSandbox === undefined ? {} : { probe: () => Promise.resolve(noSandbox) }),
  });
  return {
    ...createSkillContext(createWorkspaceFiles(root), rest),
    processes: gate,
    scratch: createScratchFactory(root),
    recorded,
    recordTool: (record) => {
      recorded.push(record);
      return Promise.resolve();
    },
  };
}
