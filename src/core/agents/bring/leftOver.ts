// What lies in the folders of other assistants and was not brought over: each folder is told once, with what to do instead.

import type { BringFiles, Brought } from '#core/agents/bring/plan.ts';

const FOLDERS = ['.roo', '.clinerules', '.cline', '.continue'];
const IGNORES = ['.rooignore', '.clineignore', '.continueignore'];

/** By the folder (or file) below one of `FOLDERS`. */
const ADVICE: readonly (readonly [place: RegExp, what: string])[] = [
  [/^\.clinerules\/workflows$/, 'workflows in words: write them as .cas/workflows/*.cas.yaml'],
  [/^\.roo\/commands$/, 'commands: write them as .cas/workflows/*.cas.yaml, or as agents'],
  [/\/skills(?:-[\w-]+)?$/, 'skills: moved to .agents/skills, agents follow them'],
  [/\/hooks$/, 'hooks: nothing here runs by itself'],
  [/\/mcp(?:Servers|\.json)$/i, 'MCP servers are named in .cas/mcp.json, and start after a yes'],
  [/^\.roo\/rules-[\w-]+$/, "rules of a mode that .roomodes does not describe, such as Roo's own: write them into an agent's file"],
  [/^\.continue\/(?:models|docs|context|data)$/, 'settings that have no counterpart'],
];

/** Files that no other part took; where one says something of a file itself, that is enough. */
export async function leftOver(files: BringFiles, parts: readonly Brought[]): Promise<Brought> {
  const taken = new Set(parts.flatMap((part) => [...part.files.flatMap(({ from }) => from), ...part.notes.map(({ from }) => from)]));
  const found = await Promise.all(FOLDERS.map(async (folder) => (await files.list(folder)).map((name) => `${folder}/${name}`)));
  const left = found.flat().filter((path) => !taken.has(path));
  const notes = [...Map.groupBy(left, placeOf)].map(([place, paths]) => {
    const count = paths.length === 1 ? '1 file' : `${paths.length} files`;
    return { from: place, message: `${place === paths[0] ? '' : `${count}, `}left out: ${adviceFor(place)}` };
  });
  const ignores = await Promise.all(
    IGNORES.map(async (name) =>
      (await files.read(name)) === null
        ? []
        : [{ from: name, message: 'left out: what git ignores is not listed here, and files for credentials are never read' }],
    ),
  );
  return { files: [], notes: [...notes, ...ignores.flat()] };
}

/** `.roo/rules-code/a.md` → `.roo/rules-code`. */
function placeOf(path: string): string {
  return path.split('/', 2).join('/');
}

function adviceFor(place: string): string {
  return ADVICE.find(([pattern]) => pattern.test(place))?.[1] ?? 'it has no counterpart';
}
