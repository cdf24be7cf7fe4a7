// What lock files say of the licenses of the packages they pin. Only some formats say it: npm's (since version 2) and Composer's.

import { indexLines } from '#core/skills/source/lines.ts';
import type { Source } from '#core/skills/source/readSources.ts';

export interface LockedLicense {
  readonly name: string;
  readonly version: string;
  /** Null when the file does not say. */
  readonly license: string | null;
  /** Not shipped: used to build or test only. */
  readonly dev: boolean;
  /** 1-based. */
  readonly line: number;
}

interface NpmEntry {
  readonly version?: unknown;
  readonly license?: unknown;
  readonly licenses?: unknown;
  readonly dev?: unknown;
  readonly link?: unknown;
  readonly name?: unknown;
}

/** Null for what is no lock file of a format that names licenses. */
export function lockedLicenses(source: Source): readonly LockedLicense[] | null {
  const name = source.path.slice(source.path.lastIndexOf('/') + 1);
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch {
    // Not JSON, a merge conflict for example: the package manager reports it itself.
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (name === 'composer.lock') return composer(source, value as { readonly [key: string]: unknown });
  const packages = (value as { readonly packages?: unknown }).packages;
  return typeof packages === 'object' && packages !== null ? npm(source, packages as { readonly [place: string]: NpmEntry }) : null;
}

function npm(source: Source, packages: { readonly [place: string]: NpmEntry }): readonly LockedLicense[] {
  const lineOf = keyLines(source);
  return Object.entries(packages).flatMap(([place, entry]) => {
    if (place === '' || entry.link === true || !place.includes('node_modules/')) return [];
    const name = typeof entry.name === 'string' ? entry.name : place.slice(place.lastIndexOf('node_modules/') + 13);
    return [{ name, version: text(entry.version) ?? '', license: licenseText(entry), dev: entry.dev === true, line: lineOf(place) }];
  });
}

function composer(source: Source, lock: { readonly [key: string]: unknown }): readonly LockedLicense[] {
  const lines = indexLines(source.text);
  const read = (key: string, dev: boolean): readonly LockedLicense[] =>
    (Array.isArray(lock[key]) ? (lock[key] as readonly { readonly [key: string]: unknown }[]) : []).map((one) => {
      const name = text(one['name']) ?? '';
      const at = source.text.indexOf(`"name": "${name}"`);
      const license = Array.isArray(one['license']) ? one['license'].filter((item) => typeof item === 'string').join(' OR ') : null;
      return { name, version: text(one['version']) ?? '', license: license || null, dev, line: at === -1 ? 1 : lines.position(at).line };
    });
  return [...read('packages', false), ...read('packages-dev', true)];
}

function licenseText(entry: NpmEntry): string | null {
  if (typeof entry.license === 'string') return entry.license;
  const listed = Array.isArray(entry.licenses) ? entry.licenses : entry.license === undefined ? [] : [entry.license];
  const names = listed.flatMap((one) => text((one as { readonly type?: unknown } | null)?.type) ?? []);
  return names.length === 0 ? null : names.join(' OR ');
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Keys of `packages` stand on lines of their own in what npm writes. */
function keyLines(source: Source): (place: string) => number {
  const lines = new Map<string, number>();
  for (const match of source.text.matchAll(/^\s*"((?:[^"\\]|\\.)*node_modules\/[^"]*)": \{/gm)) {
    lines.set(match[1] ?? '', source.lines.position(match.index + match[0].indexOf('"')).line);
  }
  return (place) => lines.get(place) ?? 1;
}
