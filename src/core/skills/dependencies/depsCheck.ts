// deps.check: manifests and lockfiles, offline. Nothing is asked of any registry, so nothing is said about known vulnerabilities.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { type JsonManifest, readJsonManifest } from '#core/skills/dependencies/manifestText.ts';
import { checkDrift, checkNpmLock, folderOf, type NpmLock, readNpmLock } from '#core/skills/dependencies/npmLock.ts';
import { checkNpmManifest, npmDependencies } from '#core/skills/dependencies/npmManifest.ts';
import { checkLines, LINE_MANIFESTS } from '#core/skills/dependencies/otherManifests.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { readText } from '#core/skills/structure/readProject.ts';
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
/** Lockfiles by who writes them. npm's last: beside another one it is the one that was left behind. */
const LOCKFILES: readonly (readonly [file: string, manager: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
];
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
      const npm = checkNpm(sources, listed, await withoutLock(context, listed));
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

function checkNpm(sources: readonly Source[], listed: ReadonlySet<string>, noLock: ReadonlySet<string>): Checked {
  const packages = sources.filter((source) => PACKAGE.test(source.path)).flatMap((source) => readJsonManifest(source) ?? []);
  const stale = packages.flatMap((manifest) => staleLocks(manifest, listed));
  const locks = sources
    .filter(({ path }) => NPM_LOCK.test(path) && !stale.some((one) => one.path === path))
    .flatMap((source) => readNpmLock(source) ?? []);
  const findings: NewFinding[] = [...stale.map(({ finding }) => finding), ...locks.flatMap((lock) => checkNpmLock(lock))];
  const manifests: ManifestView[] = [];
  for (const manifest of packages) {
    const lockfile = nearestLock(manifest, listed);
    const dependencies = npmDependencies(manifest).length;
    findings.push(
      ...checkNpmManifest(manifest),
      ...(lockfile === null
        ? noLock.has(folderOf(manifest.source.path))
          ? []
          : missingLock(manifest, dependencies)
        : driftFor(manifest, lockfile, locks)),
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
function nearestLock(manifest: JsonManifest, listed: ReadonlySet<string>): string | null {
  for (let folder = folderOf(manifest.source.path); ; folder = folderOf(folder)) {
    const [first] = locksIn(folder, manifest, listed);
    if (first !== undefined) return first;
    if (folder === '') return null;
  }
}

/** That of the manager the manifest names first. */
function locksIn(folder: string, { value }: JsonManifest, listed: ReadonlySet<string>): readonly string[] {
  const named = typeof value['packageManager'] === 'string' ? value['packageManager'].split('@', 1)[0] : undefined;
  const there = LOCKFILES.map(([file, manager]) => ({ path: folder === '' ? file : `${folder}/${file}`, manager }));
  return there
    .filter(({ path }) => listed.has(path))
    .toSorted((a, b) => Number(b.manager === named) - Number(a.manager === named))
    .map(({ path }) => path);
}

/** Lockfiles of npm beside that of another manager, which does not keep them up to date. */
function staleLocks(
  manifest: JsonManifest,
  listed: ReadonlySet<string>,
): readonly { readonly path: string; readonly finding: NewFinding }[] {
  const [used = '', ...others] = locksIn(folderOf(manifest.source.path), manifest, listed);
  return others.flatMap((path) => {
    if (NPM_LOCK.test(used) || !NPM_LOCK.test(path)) return [];
    const finding: NewFinding = {
      rule: 'two-lockfiles',
      severity: 'low',
      category: 'dependencies',
      title: `${path} stands beside ${used}`,
      message: `Whoever installs with npm gets other versions than the project is tested with. Remove ${path}, or keep both by a check.`,
      citations: [citeLine(manifest.source, manifest.lineOf('packageManager'))],
    };
    return [{ path, finding }];
  });
}

/** Folders whose `.npmrc` says that there is to be no lockfile: somebody decided that. */
async function withoutLock(context: Pick<SkillContext, 'files' | 'signal'>, listed: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const settings = [...listed].filter((path) => /(?:^|\/)\.npmrc$/.test(path));
  const folders = await Promise.all(
    settings.map(async (path) => (/^\s*package-lock\s*=\s*false\s*$/m.test((await readText(context, path)) ?? '') ? [folderOf(path)] : [])),
  );
  return new Set(folders.flat());
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
