// What package.json alone says: ranges that float, sources that can change, names listed twice.

import type { NewFinding } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { type JsonManifest, textMap } from '#core/skills/dependencies/manifestText.ts';

export const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
export type DependencyField = (typeof DEPENDENCY_FIELDS)[number];

export interface NpmDependency {
  readonly name: string;
  readonly range: string;
  readonly field: DependencyField;
}

export function npmDependencies(manifest: JsonManifest): readonly NpmDependency[] {
  return DEPENDENCY_FIELDS.flatMap((field) => [...textMap(manifest.value[field])].map(([name, range]) => ({ name, range, field })));
}

export function checkNpmManifest(manifest: JsonManifest): readonly NewFinding[] {
  const dependencies = npmDependencies(manifest);
  return [
    ...dependencies.flatMap((dependency) => checkRange(manifest, dependency)),
    ...listedTwice(manifest, dependencies),
    ...license(manifest),
  ];
}

function checkRange(manifest: JsonManifest, { name, range, field }: NpmDependency): readonly NewFinding[] {
  const at = [citeLine(manifest.source, manifest.lineOf(field, name))];
  const wanted = range.trim();
  if (/^http:\/\/|^git\+http:\/\/|^git:\/\//.test(wanted)) {
    const message = 'The code travels without encryption, so anyone on the way can replace it. Use https.';
    return [
      {
        rule: 'insecure-source',
        severity: 'high',
        category: 'dependencies',
        title: `${name} is fetched without TLS`,
        message,
        citations: at,
      },
    ];
  }
  if (/^(?:git\+|git@|github:|gitlab:|bitbucket:)|^[\w-]+\/[\w.-]+(?:#|$)|\.git(?:#|$)/.test(wanted)) {
    if (/#[0-9a-f]{40}$|#semver:/.test(wanted)) return [];
    const message = 'A branch or tag can move. Name the commit (40 hex digits), or use a published version.';
    return [
      {
        rule: 'git-not-pinned',
        severity: 'medium',
        category: 'dependencies',
        title: `${name} follows a git branch or tag`,
        message,
        citations: at,
      },
    ];
  }
  if (/^(?:\*|x|X|latest|next|)$|^>=?\s*\d[\w.]*$/.test(wanted)) {
    const message =
      'The next install without a lockfile takes whatever is newest, breaking changes and hijacked releases too. Give a range such as ^1.2.0.';
    const title = `${name} accepts any ${wanted.startsWith('>') ? 'later ' : ''}version ("${wanted}")`;
    return [
      {
        rule: 'range-open',
        severity: field === 'devDependencies' ? 'low' : 'medium',
        category: 'dependencies',
        title,
        message,
        citations: at,
      },
    ];
  }
  return [];
}

function listedTwice(manifest: JsonManifest, dependencies: readonly NpmDependency[]): readonly NewFinding[] {
  const production = new Map(dependencies.filter((one) => one.field !== 'devDependencies').map((one) => [one.name, one]));
  return dependencies
    .filter((one) => one.field === 'devDependencies' && production.has(one.name))
    .map((one): NewFinding => {
      const other = production.get(one.name) ?? one;
      const differs =
        other.range === one.range ? '' : ` The ranges differ (${other.range} and ${one.range}); npm takes the production one.`;
      return {
        rule: 'listed-twice',
        severity: differs === '' ? 'low' : 'medium',
        category: 'dependencies',
        title: `${one.name} is listed under ${other.field} and devDependencies`,
        message: `Keep one.${differs}`,
        citations: [one, other].map(({ field, name }) => citeLine(manifest.source, manifest.lineOf(field, name))),
      };
    });
}

function license(manifest: JsonManifest): readonly NewFinding[] {
  const { value, source } = manifest;
  if (
    value['private'] === true ||
    value['license'] !== undefined ||
    value['licenses'] !== undefined ||
    typeof value['version'] !== 'string'
  )
    return [];
  const message = 'Nobody may use it without one. Name an SPDX identifier, "UNLICENSED", or set "private".';
  const line = manifest.lineOf('name');
  return [
    {
      rule: 'no-license',
      severity: 'info',
      category: 'dependencies',
      title: 'A published package without a license',
      message,
      citations: [citeLine(source, line)],
    },
  ];
}
