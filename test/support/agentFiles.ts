// A registry over files in memory: built-in ones below /app/resources, a workspace at /w.

import { AgentRegistry } from '#core/agents/registry.ts';

type Folder = { readonly [path: string]: string | Error };

export function registryOf(files: Folder, trusted = true): { registry: AgentRegistry; files: { [path: string]: string | Error } } {
  const own = { ...files };
  const ports = {
    resources: '/app/resources',
    files: { root: '/w', read: never, stat: never, list: never },
    trusted: () => trusted,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    listOwnFolder: async (folder: string) =>
      Object.keys(own)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
    async readOwnFile(path: string) {
      const found = own[path];
      if (found instanceof Error) throw found;
      return found ?? null;
    },
  };
  return { registry: new AgentRegistry({ ports, knownTools: [], knownSkills: [] }), files: own };
}

function never(): never {
  throw new Error('The registry reads no file of the workspace but its agents.');
}
