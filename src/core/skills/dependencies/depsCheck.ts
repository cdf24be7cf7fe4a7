// deps.check: manifests and lockfiles, offline. Nothing is asked of any registry, so nothing is said about known vulnerabilities.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { type JsonManifest, readJsonManifest } from '#core/skills/dependencies/manifestText.ts';
import { checkDrift, checkNpmLock, folderOf, type NpmLock, readNpmLock } from '#core/skills/dependencies/npmLock.ts';
import { checkNpmManifest, npmDependencies } from '#core/skills/dependencies/npmManifest.ts';
import { checkLines, LINE_MANIFESTS } from '#core/skills/dependencies/otherManifests.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { readSources, type Source } from '#core/skills/source/readSources.ts';

interface ManifestView {
  readonly path: string;
  readonly kind: string;
  readonly dependencies: number;
  readonly lockfile: string | null;
}

const outputSchema = z.object({
  findings: z.array(findingSchema),
  manifests: z.array(z.object({ path: z.string(), kind: z.string(), dependencies: z.number(), lockfile: z.string().nullable() })),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

const NPM_LOCK = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json)$/;
const PACKAGE = /(?:^|\/)package\.json$/;
const ANY_NPM_LOCK = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];
const MAX_BYTES = 16 * 1_048_576;

export function depsCheckSkill(): Skill {
  return defineSkill<Record<string, never>>({
    id: 'deps.check',
    title: 'Dependency check',
    description: 'Drift between manifest and lockfile, open ranges, unpinned or insecure sources, install scripts. Works offline.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const listed = new Set(await context.files.list({ signal: context.signal }));
      const wanted = (path: string): boolean =>
        !/(?:^|\/)node_modules\//.test(path) &&
        !isTestPath(path) &&
        (NPM_LOCK.test(path) || PACKAGE.test(path) || LINE_MANIFESTS.some((manifest) => manifest.matches.test(path)));
      const reader = readSources(context, { generated: true, maxBytes: MAX_BYTES, accept: wanted });
      const sources: Source[] = [];
      for await (const source of reader.sources()) sources.push(source);

      const list = new FindingList('deps.check');
      const npm = checkNpm(sources, listed);
      const lines = checkLineManifests(sources);
      for (const finding of [...npm.findings, ...lines.findings]) list.add(finding);
      const manifests = [...npm.manifests, ...lines.manifests];
      const summary = `${count(list.size, 'finding')} in ${count(manifests.length, 'manifest')}`;
      return { output: toJson({ ...list.result(), manifests, skipped: reader.skipped }), summary };
    },
  });
}

interface Checked {
  readonly findings: readonly NewFinding[];
  readonly manifests: readonly ManifestView[];
}

function checkNpm(sources: readonly Source[], listed: ReadonlySet<string>): Checked {
  const locks = sources.filter((source) => NPM_LOCK.test(source.path)).flatMap((source) => readNpmLock(source) ?? []);
  const packages = sources.filter((source) => PACKAGE.test(source.path)).flatMap((source) => readJsonManifest(source) ?? []);
  const findings: NewFinding[] = locks.flatMap((lock) => checkNpmLock(lock));
  const manifests: ManifestView[] = [];
  for (const manifest of packages) {
    const lockfile = nearestLock(manifest.source.path, listed);
    const dependencies = npmDependencies(manifest).length;
    findings.push(
      ...checkNpmManifest(manifest),
      ...(lockfile === null ? missingLock(manifest, dependencies) : driftFor(manifest, lockfile, locks)),
    );
    manifests.push({ path: manifest.source.path, kind: 'npm', dependencies, lockfile });
  }
  return { findings, manifests };
}

function driftFor(manifest: JsonManifest, lockfile: string, locks: readonly NpmLock[]): readonly NewFinding[] {
  const lock = locks.find((one) => one.source.path === lockfile);
  return lock === undefined ? [] : checkDrift(manifest, lock);
}

/** The lockfile of the folder or of the nearest one above it: a workspace has its lockfile at the root. */
function nearestLock(path: string, listed: ReadonlySet<string>): string | null {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    for (const name of ANY_NPM_LOCK) {
      const candidate = folder === '' ? name : `${folder}/${name}`;
      if (listed.has(candidate)) return candidate;
    }
    if (folder === '') return null;
  }
}

function missingLock(manifest: JsonManifest, dependencies: number): readonly NewFinding[] {
  if (dependencies === 0) return [];
  const application = manifest.value['private'] === true;
  return [
    {
      rule: 'lock-missing',
      severity: application ? 'medium' : 'low',
      category: 'dependencies',
      title: `${count(dependencies, 'dependency', 'dependencies')} and no lockfile`,
      message: application
        ? 'Every install can give other versions. Commit the lockfile.'
        : 'Users choose their own versions of a library, but without a lockfile its own tests run against something else each time.',
      citations: [
        citeLine(manifest.source, manifest.lineOf(manifest.value['dependencies'] === undefined ? 'devDependencies' : 'dependencies')),
      ],
    },
  ];
}

function checkLineManifests(sources: readonly Source[]): Checked {
  const findings: NewFinding[] = [];
  const manifests: ManifestView[] = [];
  for (const source of sources) {
    const manifest = LINE_MANIFESTS.find((one) => one.matches.test(source.path));
    if (manifest === undefined) continue;
    findings.push(...checkLines(manifest, source));
    const dependencies = source.text.split('\n').filter((line) => manifest.dependency.test(line)).length;
    manifests.push({ path: source.path, kind: manifest.kind, dependencies, lockfile: null });
  }
  return { findings, manifests };
}
