// Makes installed dependencies visible in a scratch tree without copying them: links to the workspace's own folders.

import { cp, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isWithin, lstatOrNull } from '#node/ports/containment.ts';

/** Folders that hold installed packages, beside the manifest that asks for them. */
const FOLDERS_OF: readonly (readonly [manifest: RegExp, folders: readonly string[]])[] = [
  [/^package\.json$/, ['node_modules']],
  [/^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements.*\.txt|Pipfile|tox\.ini)$/, ['.venv', 'venv']],
  [/^(?:composer\.json|go\.mod|Gemfile)$/, ['vendor']],
];

export interface DependencyLinks {
  readonly workspace: string;
  readonly scratch: string;
  /** Paths that were copied; their folders are never linked. */
  readonly copied: ReadonlySet<string>;
  /** Symlinks of the workspace that came with it: they are no installation, and lead where their author wants. */
  readonly links: ReadonlySet<string>;
}

/**
 * Links what is installed and not copied; returns the real folders the links lead to. node_modules becomes a folder of
 * links, one a package, so that tools can write their caches beside them and packages of the workspace itself
 * (npm, yarn and pnpm workspaces) lead to their copy in the scratch tree.
 */
export async function linkDependencies(links: DependencyLinks): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const folder of candidates(links.copied)) {
    const source = join(links.workspace, folder);
    const info = links.links.has(folder) ? null : await lstatOrNull(source);
    if (!info || (!info.isDirectory() && !info.isSymbolicLink())) continue;
    const real = await realpath(source).catch(() => null); // A link that leads nowhere shows nothing.
    const target = join(links.scratch, folder);
    if (real !== null && info.isSymbolicLink() && !(await isInstallation(folder, real))) continue;
    if (real === null || (await lstatOrNull(target)) !== null) continue;
    shown.push(real);
    await mkdir(dirname(target), { recursive: true });
    if (folder.endsWith('node_modules')) await linkPackages(links, real, target);
    else await symlink(real, target, 'junction');
  }
  return shown;
}

function candidates(copied: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  for (const path of copied) {
    const cut = path.lastIndexOf('/') + 1;
    const name = path.slice(cut);
    for (const [manifest, folders] of FOLDERS_OF) {
      if (manifest.test(name)) for (const folder of folders) found.add(path.slice(0, cut) + folder);
    }
  }
  return [...found];
}

/** A folder that came in an archive may hold a link that is ignored, and leads to keys: what it leads to must be what it says. */
async function isInstallation(folder: string, real: string): Promise<boolean> {
  return basename(real) === basename(folder) || (await lstatOrNull(join(real, 'pyvenv.cfg'))) !== null;
}

async function linkPackages(links: DependencyLinks, real: string, target: string): Promise<void> {
  await mkdir(target);
  for (const entry of await readdir(real, { withFileTypes: true })) {
    const from = join(real, entry.name);
    const to = join(target, entry.name);
    if (entry.name.startsWith('@') && entry.isDirectory()) await linkPackages(links, from, to);
    else if (entry.isSymbolicLink()) await symlink(await leadBack(links, from), to, 'junction');
    else if (entry.isDirectory()) await symlink(from, to, 'junction');
    else await cp(from, to);
  }
}

/** A package that is part of the workspace leads to its copy; all others to where they are. */
async function leadBack(links: DependencyLinks, link: string): Promise<string> {
  const real = await realpath(link).catch(() => link); // Dead links stay dead.
  const inside = relative(links.workspace, real);
  const ownPackage = isWithin(links.workspace, real) && !inside.split(/[\\/]/).includes('node_modules');
  return ownPackage ? join(links.scratch, inside) : real;
}
