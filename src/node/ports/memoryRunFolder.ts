// Folders of runs that leave nothing behind: what a dry run writes is kept until its process ends.

import type { RunFolder } from '#core/ports.ts';

/** The same folder for the same run. Its `path` is empty: there is no file to open. */
export function createMemoryRunFolders(): (runId: string) => RunFolder {
  const folders = new Map<string, RunFolder>();
  return (runId) => {
    const folder = folders.get(runId) ?? memoryRunFolder();
    folders.set(runId, folder);
    return folder;
  };
}

function memoryRunFolder(): RunFolder {
  const texts = new Map<string, string>();
  return {
    path: '',
    async write(name, text) {
      texts.set(name, text);
      return name;
    },
    list: async () => [],
  };
}
