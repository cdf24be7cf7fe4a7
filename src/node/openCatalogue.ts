// Workflows of a folder without opening its store: for `cas workflow list` and `validate`, beside any owner, read-only.

import { realpath } from 'node:fs/promises';
import { createTeam } from '#core/api/team.ts';
import type { Log } from '#core/ports.ts';
import { allSkills } from '#node/allSkills.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import type { CoreMethods } from '#protocol/api.ts';

export interface OpenCatalogueOptions {
  /** Absolute path of the folder. */
  readonly root: string;
  /** Absolute path of the shipped `resources/`. */
  readonly resources: string;
  /** Absolute path of the bundles. */
  readonly distDir: string;
  readonly log: Log;
}

export type CatalogueMethods = Pick<CoreMethods, 'workflows.list' | 'workflows.check'>;

/** Nothing stays open. Workspace files are read: whoever calls this trusts the folder. */
export async function openCatalogue(options: OpenCatalogueOptions): Promise<CatalogueMethods> {
  const { catalogue, agents } = await createTeam({
    ports: {
      files: createWorkspaceFiles(await realpath(options.root)),
      log: options.log,
      resources: options.resources,
      readOwnFile: (file) => nodeOwnFiles.readText(file),
      listOwnFolder: (folder) => nodeOwnFiles.list(folder),
      trusted: () => true,
    },
    skills: allSkills(options),
  });
  agents.dispose();
  return catalogue.methods;
}
