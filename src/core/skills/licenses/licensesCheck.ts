// licenses.check: what the packages of a project ask of whoever ships it, as far as its files say.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { decodeSource, type Source } from '#core/skills/source/readSources.ts';
import { classify, type LicenseClass } from '#core/skills/licenses/classify.ts';
import { type LockedLicense, lockedLicenses } from '#core/skills/licenses/lockedLicenses.ts';

const NAMES_LICENSES = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|composer\.lock)$/;
/** Lock files that pin packages and say nothing of their licenses. */
const SILENT = /(?:^|\/)(?:yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock)$/;
const OWN_LICENSE = /^(?:LICEN[CS]E|COPYING|UNLICENSE)(?:[.-][\w.-]+)?$/i;
const MAX_BYTES = 32 * 1024 * 1024;

const outputSchema = z.object({
  findings: z.array(findingSchema),
  /** The license of the project itself, as its manifest names it; null when it does not. */
  own: z.string().nullable(),
  licenseFile: z.string().nullable(),
  packages: z.number(),
  byLicense: z.record(z.string(), z.number()),
  /** Packages of those that the lock file names no license for: entries of older versions of npm, optional ones of other platforms. */
  silent: z.number(),
  /** Lock files whose format names no licenses. */
  notSaid: z.array(z.string()),
  truncated: z.number(),
});

export function licensesCheckSkill(): Skill {
  return defineSkill<Record<string, never>>({
    id: 'licenses.check',
    title: 'Licenses',
    description: 'Licenses of the pinned packages as lock files name them (npm, Composer), and of the project itself. No legal advice.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const paths = await context.files.list({ signal: context.signal });
      const list = new FindingList('licenses.check');
      const own = await ownLicense(context, paths);
      const licenseFile = paths.find((path) => OWN_LICENSE.test(path)) ?? null;
      if (licenseFile === null) list.add(noLicense(own), 'own');
      const byLicense = new Map<string, number>();
      let packages = 0;
      let silent = 0;
      for (const path of paths.filter((one) => NAMES_LICENSES.test(one))) {
        const source = await read(context, path);
        for (const one of (source && lockedLicenses(source)) ?? []) {
          packages += 1;
          byLicense.set(one.license ?? 'not said', (byLicense.get(one.license ?? 'not said') ?? 0) + 1);
          const kind = one.license === null ? 'unknown' : classify(one.license);
          if (one.license === null) silent += 1;
          const claim = claimOf(one, kind, own);
          if (source !== null && claim !== null)
            list.add({ ...claim, citations: [citeLine(source, one.line)] }, `${one.name}@${one.version}`);
        }
      }
      const notSaid = paths.filter((path) => SILENT.test(path));
      const figures = { own, licenseFile, packages, byLicense: Object.fromEntries(byLicense), silent, notSaid };
      const files = notSaid.length === 0 ? '' : `; ${notSaid.join(', ')} ${notSaid.length === 1 ? 'names' : 'name'} none`;
      const summary = `${count(packages, 'package')}, ${silent.toLocaleString('en-US')} of them without a license in the lock file, ${count(list.size, 'finding')}${files}`;
      return { output: toJson({ ...list.result(), ...figures }), summary };
    },
  });
}

type Claim = Omit<NewFinding, 'citations'>;

/** Null for what asks nothing that a project of this license does not give already. */
function claimOf({ name, version, license, dev }: LockedLicense, kind: LicenseClass, own: string | null): Claim | null {
  const who = `${name} ${version}`.trim();
  const shared = { category: 'dependencies', title: `${who} is under ${license ?? ''}` } as const;
  if (kind === 'permissive' || license === null) return null;
  if (kind === 'unknown') {
    const message = 'This is no license identifier that is known here. Read what it asks before you ship.';
    return { ...shared, rule: 'unknown-license', severity: dev ? 'info' : 'low', message };
  }
  if (kind === 'not open') {
    return {
      ...shared,
      rule: 'restricted-license',
      severity: dev ? 'low' : 'high',
      message: 'It may not be used or shipped freely. Check that you are allowed to.',
    };
  }
  if (kind === 'weak copyleft') {
    return {
      ...shared,
      rule: 'weak-copyleft',
      severity: 'info',
      message: 'Changes to the package itself must be given on under the same license. Used unchanged, name it in your notices.',
    };
  }
  if (own !== null && classify(own) === kind) return null;
  const message = `${dev ? 'It is used to build or test only; shipped' : 'Shipped'} together, the whole may have to be under that license${kind === 'network copyleft' ? ', also when it is only offered over a network' : ''}. The project is under ${own ?? 'no named license'}.`;
  return { ...shared, rule: 'strong-copyleft', severity: dev ? 'info' : 'high', message };
}

function noLicense(own: string | null): NewFinding {
  return {
    rule: 'no-license-file',
    severity: own === 'UNLICENSED' ? 'info' : 'low',
    category: 'dependencies',
    title: 'The repository has no license file',
    message: `${own === null ? 'No manifest names a license either' : `The manifest says ${own}`}; without the text nobody else knows what they may do.`,
    citations: [],
  };
}

/** As the manifest at the root names it. */
async function ownLicense(context: SkillContext, paths: readonly string[]): Promise<string | null> {
  const manifest = ['package.json', 'composer.json', 'Cargo.toml', 'pyproject.toml'].find((path) => paths.includes(path));
  const source = manifest === undefined ? null : await read(context, manifest);
  if (source === null) return null;
  const inJson = /"license"\s*:\s*"([^"]+)"/.exec(source.text)?.[1];
  const inToml = /^license\s*=\s*(?:\{\s*(?:text|file)\s*=\s*)?"([^"]+)"/m.exec(source.text)?.[1];
  return (source.path.endsWith('.json') ? inJson : inToml) ?? null;
}

async function read(context: SkillContext, path: string): Promise<Source | null> {
  const stat = await context.files.stat(path);
  if (stat?.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
  const source = decodeSource(path, await context.files.read(path));
  return typeof source === 'string' ? null : source;
}
