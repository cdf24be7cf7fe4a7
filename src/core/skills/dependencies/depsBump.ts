// deps.bump: the change of a manifest that asks for another version of a package, as a fix that can become a proposal.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { cite } from '#core/skills/source/lines.ts';
import { hashBytes, readSources, type Source } from '#core/skills/source/readSources.ts';

const argsSchema = z.strictObject({
  /** As the manifest names it: `express`, `@scope/name`, `requests`, `github.com/gin-gonic/gin`, `serde`. */
  package: z.string().min(1).max(214),
  /** The version alone: `4.19.2`. What stands before it now (`^`, `~=`, `v`) stays. */
  to: z.string().regex(/^v?\d+(?:\.\d+){0,3}(?:[-+.][\w.+-]+)?$/, 'Give a version such as 4.19.2.'),
});

const outputSchema = z.object({
  findings: z.array(findingSchema),
  places: z.array(z.object({ path: z.string(), line: z.number(), from: z.string(), to: z.string() })),
  /** Lock files beside those manifests: the package manager has to renew them. */
  locks: z.array(z.string()),
  truncated: z.number(),
});

/** How each kind of manifest writes a version: everything before it, and the version itself. `NAME` stands for the package. */
const FORMS: readonly { readonly file: RegExp; readonly form: string; readonly locks: readonly string[] }[] = [
  {
    file: /(?:^|\/)package\.json$/,
    form: String.raw`("NAME"\s*:\s*"(?:npm:[^"]*@)?(?:[~^]|>=\s*)?)(v?\d[\w.+-]*)(?=")`,
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'],
  },
  {
    file: /(?:^|\/)(?:requirements[\w.-]*\.txt|constraints[\w.-]*\.txt)$/,
    form: String.raw`(^[ \t]*NAME(?:\[[^\]]*\])?[ \t]*(?:==|~=|>=)[ \t]*)(\d[\w.+]*)(?=\s|;|$|,)`,
    locks: [],
  },
  {
    file: /(?:^|\/)pyproject\.toml$/,
    form: String.raw`(["']NAME(?:\[[^\]]*\])?[ \t]*(?:==|~=|>=)[ \t]*|^[ \t]*["']?NAME["']?[ \t]*=[ \t]*(?:\{[^}\n]*version[ \t]*=[ \t]*)?["'](?:[~^]|>=)?)(\d[\w.+]*)(?=["';, ])`,
    locks: ['poetry.lock', 'uv.lock', 'pdm.lock'],
  },
  {
    file: /(?:^|\/)Cargo\.toml$/,
    form: String.raw`(^[ \t]*NAME[ \t]*=[ \t]*(?:\{[^}\n]*version[ \t]*=[ \t]*)?"(?:[~^=]|>=)?[ \t]*)(\d[\w.+-]*)(?=")`,
    locks: ['Cargo.lock'],
  },
  { file: /(?:^|\/)go\.mod$/, form: String.raw`(^(?:require[ \t]+|[ \t]+)NAME[ \t]+v)(\d[\w.+-]*)`, locks: ['go.sum'] },
];

export function depsBumpSkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'deps.bump',
    title: 'Ask for another version',
    description:
      'Finds where manifests ask for a package (npm, pip, Cargo, Go) and gives the fix that asks for another version of it. Fetches nothing.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const paths = await context.files.list({ signal: context.signal });
      const to = args.to.replace(/^v/, '');
      const list = new FindingList('deps.bump');
      const places: { path: string; line: number; from: string; to: string }[] = [];
      const locks = new Set<string>();
      const reader = readSources(context, { accept: (path) => FORMS.some(({ file }) => file.test(path)) });
      for await (const source of reader.sources()) {
        const form = FORMS.find(({ file }) => file.test(source.path));
        for (const { start, from } of occurrences(source, form?.form ?? '', args.package).filter(
          (one) => one.from.replace(/^v/, '') !== to,
        )) {
          const newText = from.startsWith('v') ? `v${to}` : to;
          const path = source.path;
          places.push({ path, line: source.lines.position(start).line, from, to: newText });
          list.add({
            rule: 'other-version',
            severity: 'info',
            category: 'dependencies',
            title: `${args.package} is asked for at ${from}; wanted is ${to}`,
            message: `Changes the manifest alone. Let the package manager renew its lock file, then run the checks.`,
            citations: [cite(source, start, start + from.length)],
            fix: {
              path,
              baseHash: hashBytes(source.bytes),
              start,
              end: start + from.length,
              newText,
              description: `Ask for ${args.package} ${to}.`,
            },
          });
          for (const lock of locksOf(path, form?.locks ?? []).filter((one) => paths.includes(one))) locks.add(lock);
        }
      }
      const summary =
        places.length === 0
          ? `no manifest asks for another version of ${args.package} than ${to}`
          : `${args.package} to ${to} in ${count(places.length, 'place')}${locks.size === 0 ? '' : `; to renew: ${[...locks].join(', ')}`}`;
      return { output: toJson({ ...list.result(), places, locks: [...locks] }), summary };
    },
  });
}

function occurrences(source: Source, form: string, name: string): readonly { readonly start: number; readonly from: string }[] {
  const escaped = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return Array.from(source.text.matchAll(new RegExp(form.replaceAll('NAME', escaped), 'gm')), (match) => ({
    start: match.index + (match[1] ?? '').length,
    from: match[2] ?? '',
  }));
}

/** Beside the manifest, or at the root of a workspace of several packages. */
function locksOf(path: string, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [path.replace(/[^/]*$/, name), name]);
}
