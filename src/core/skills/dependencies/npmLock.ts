// package-lock.json against package.json, and what the lockfile itself gives away.

import semver from 'semver';
import { type JsonManifest, textMap } from '#core/skills/dependencies/manifestText.ts';
import { npmDependencies } from '#core/skills/dependencies/npmManifest.ts';
import type { NewFinding } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import type { Source } from '#core/skills/source/readSources.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}
export interface NpmLock {
  readonly source: Source;
  readonly folder: string;
  readonly packages: ReadonlyMap<string, LockedPackage>;
}

/** Null for lockfile version 1 (npm 6 and before) and for text that is not a lockfile. */
export function readNpmLock(source: Source): NpmLock | null {
  let value: unknown;
  try {
    value = JSON.parse(source.text.replace(/^\uFEFF/, ''));
  } catch {
    // Not JSON, a merge conflict for example: npm reports it itself.
    return null;
  }
  const packages = (value as { packages?: unknown } | null)?.packages;
  if (typeof packages !== 'object' || packages === null) return null;
  const entries = Object.entries(packages).filter(
    (entry): entry is [string, LockedPackage] => typeof entry[1] === 'object' && entry[1] !== null,
  );
  return { source, folder: folderOf(source.path), packages: new Map(entries) };
}

export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** More packages than this that differ are one finding: the lockfile as a whole was left behind. */
const MANY = 5;

/** `manifest` lies in the lock's folder, or is one of its workspaces. */
export function checkDrift(manifest: JsonManifest, lock: NpmLock): readonly NewFinding[] {
  const found = driftsOf(manifest, lock);
  if (found.length <= MANY) return found;
  const names = found.slice(0, MANY).map(({ title }) => title);
  const message = `${names.join('; ')}; and ${found.length - MANY} more. npm ci refuses to install. Run npm install and commit the lockfile.`;
  const citations = found.slice(0, MANY).flatMap((one) => one.citations.slice(0, 1));
  return [drift(`${found.length} dependencies differ between ${manifest.source.path} and ${lock.source.path}`, message, citations, 'high')];
}

function driftsOf(manifest: JsonManifest, lock: NpmLock): readonly NewFinding[] {
  const folder = folderOf(manifest.source.path);
  const own = folder === lock.folder ? '' : folder.slice(lock.folder === '' ? 0 : lock.folder.length + 1);
  const root = lock.packages.get(own);
  if (root === undefined) return [];
  const fields = root as { readonly [field: string]: unknown };
  return npmDependencies(manifest).flatMap(({ name, range, field }): readonly NewFinding[] => {
    const at = citeLine(manifest.source, manifest.lineOf(field, name));
    const locked = textMap(fields[field]).get(name) ?? npmRangeElsewhere(fields, name);
    if (locked === undefined)
      return [drift(`${name} is not in the lockfile`, 'npm ci refuses to install. Run npm install and commit the lockfile.', [at], 'high')];
    const entry = installedFor(lock, own, name);
    if (locked !== range) {
      const message = `The manifest says ${range}, the lockfile was made for ${locked}. npm ci refuses to install. Run npm install and commit the lockfile.`;
      return [drift(`${name} differs between manifest and lockfile`, message, [at, citePackage(lock, own)], 'high')];
    }
    if (entry?.version !== undefined && semver.validRange(range) !== null && semver.valid(entry.version) !== null) {
      if (!semver.satisfies(entry.version, range, { includePrerelease: true })) {
        return [
          drift(
            `${name} ${entry.version} is locked, ${range} is asked for`,
            'The locked version is outside the range. Run npm install.',
            [at],
            'high',
          ),
        ];
      }
    }
    return [];
  });
}

/** npm keeps a name that is listed twice under one field only. */
function npmRangeElsewhere(fields: { readonly [field: string]: unknown }, name: string): string | undefined {
  return (
    textMap(fields['dependencies']).get(name) ??
    textMap(fields['optionalDependencies']).get(name) ??
    textMap(fields['devDependencies']).get(name)
  );
}

function installedFor(lock: NpmLock, own: string, name: string): LockedPackage | undefined {
  return (
    lock.packages.get(own === '' ? `node_modules/${name}` : `${own}/node_modules/${name}`) ?? lock.packages.get(`node_modules/${name}`)
  );
}

function drift(title: string, message: string, citations: NewFinding['citations'], severity: NewFinding['severity']): NewFinding {
  return { rule: 'lock-drift', severity, category: 'dependencies', title, message, citations };
}

function citePackage(lock: NpmLock, key: string): NewFinding['citations'][number] {
  return citeLine(lock.source, lineOfPackage(lock.source, key));
}

function lineOfPackage(source: Source, key: string): number {
  const offset = source.text.indexOf(`${JSON.stringify(key)}: {`, source.text.indexOf('"packages"'));
  return offset === -1 ? 1 : source.lines.position(offset).line;
}

/** Sources without TLS or checksum, registries that differ, packages that run code when they are installed. */
export function checkNpmLock(lock: NpmLock): readonly NewFinding[] {
  const installed = [...lock.packages].filter(([key, entry]) => key.includes('node_modules/') && !entry.link && !entry.inBundle);
  return [
    ...installed.flatMap(([key, entry]) => checkSource(lock, key, entry)),
    ...checkHosts(lock, installed),
    ...checkScripts(lock, installed),
  ];
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function checkSource(lock: NpmLock, key: string, entry: LockedPackage): readonly NewFinding[] {
  const resolved = entry.resolved ?? '';
  const base: Pick<NewFinding, 'category' | 'citations'> = { category: 'dependencies', citations: [citePackage(lock, key)] };
  if (resolved.startsWith('http://')) {
    const message = 'The package travels without encryption. Use https and make the lockfile anew.';
    return [{ ...base, rule: 'insecure-source', severity: 'high', title: `${nameOf(key)} is fetched without TLS`, message }];
  }
  if (/^https:.*\.t(?:ar\.)?gz/.test(resolved) && entry.integrity === undefined) {
    const message = 'Without a checksum a changed package goes unnoticed. Run npm install with a current npm.';
    return [{ ...base, rule: 'no-integrity', severity: 'medium', title: `${nameOf(key)} has no checksum in the lockfile`, message }];
  }
  return [];
}

function hostOf(url: string): string | null {
  return /^https?:\/\/([^/:]+)/.exec(url)?.[1] ?? null;
}

type Installed = readonly (readonly [string, LockedPackage])[];

/** One finding per host that is not the usual one: a lockfile made against another registry, or a package slipped in. */
function checkHosts(lock: NpmLock, installed: Installed): readonly NewFinding[] {
  const byHost = new Map<string, string[]>();
  for (const [key, { resolved }] of installed) {
    const host = hostOf(resolved ?? '');
    if (host !== null) byHost.set(host, [...(byHost.get(host) ?? []), key]);
  }
  const [usual, ...others] = [...byHost].toSorted((a, b) => b[1].length - a[1].length);
  if (usual === undefined) return [];
  return others.map(([host, keys]): NewFinding => {
    const names = keys.slice(0, 3).map(nameOf).join(', ');
    return {
      rule: 'mixed-hosts',
      severity: 'medium',
      category: 'dependencies',
      title: `${keys.length} of ${installed.length} packages come from ${host}`,
      message: `The others come from ${usual[0]}. Check that this is meant: ${names}${keys.length > 3 ? ', …' : ''}.`,
      citations: keys.slice(0, 3).map((key) => citePackage(lock, key)),
    };
  });
}

function checkScripts(lock: NpmLock, installed: Installed): readonly NewFinding[] {
  const scripted = installed.filter(([, entry]) => entry.hasInstallScript);
  if (scripted.length === 0) return [];
  const names = [...new Set(scripted.map(([key]) => nameOf(key)))].sort();
  return [
    {
      rule: 'install-scripts',
      severity: 'info',
      category: 'dependencies',
      title: `${names.length} ${names.length === 1 ? 'package runs' : 'packages run'} code when installed`,
      message: `${names.slice(0, 12).join(', ')}${names.length > 12 ? `, and ${names.length - 12} more` : ''}. Install with --ignore-scripts where they are not needed.`,
      citations: scripted.slice(0, 5).map(([key]) => citePackage(lock, key)),
    },
  ];
}
