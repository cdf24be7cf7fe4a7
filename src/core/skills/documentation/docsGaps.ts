// docs.gaps: public code that nobody explains, links that lead nowhere, and what a newcomer looks for and does not find.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { anchorsOf, relativeLinks } from '#core/skills/documentation/links.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { cite, citeLine } from '#core/skills/source/lines.ts';
import { hashBytes, readSources, type Source } from '#core/skills/source/readSources.ts';
import { readOutlines } from '#core/skills/structure/readOutlines.ts';
import { folderOf, join } from '#core/skills/structure/resolveImport.ts';

/** Fewer bare names in a file are no finding of their own. */
const MANY = 5;
const NAMED = 6;
/** Code that no other project is to use, by the conventions of its language or by where it stands. */
const NOT_PUBLIC = /(?:^|\/)(?:docs?|scripts?|bin|internal|_[^/]*)\/|(?:^|\/)_(?!_init__\.py$)[^/]*\.py$/;
const MARKDOWN = /\.(?:md|markdown|mdx)$/i;
/** What a README answers: how to get it, how to use it. */
const HOW_TO =
  /^#{1,6}.*\b(?:install|installation|setup|set up|getting started|get started|quick ?start|usage|use|how to|example|run|build)/im;

const outputSchema = z.object({
  findings: z.array(findingSchema),
  /** Exported functions, classes, methods and types outside tests. */
  public: z.number(),
  documented: z.number(),
  byLanguage: z.record(z.string(), z.object({ public: z.number(), documented: z.number() })),
  links: z.number(),
  brokenLinks: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export function docsGapsSkill(engine: SyntaxEngine): Skill {
  return defineSkill<Record<string, never>>({
    id: 'docs.gaps',
    title: 'Documentation gaps',
    description:
      'Exported definitions without a documentation comment, relative links of Markdown files that lead nowhere, a README that leaves questions open.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const list = new FindingList('docs.gaps');
      const code = await checkCode(engine, context, list);
      const links = await checkMarkdown(context, list);
      const all = Object.values(code.byLanguage);
      const figures = {
        public: all.reduce((sum, one) => sum + one.public, 0),
        documented: all.reduce((sum, one) => sum + one.documented, 0),
        ...code,
        ...links,
      };
      const summary = `${figures.documented.toLocaleString('en-US')} of ${count(figures.public, 'public definition')} documented, ${links.brokenLinks} of ${count(links.links, 'relative link')} broken`;
      return { output: toJson({ ...list.result(), ...figures }), summary };
    },
  });
}

async function checkCode(engine: SyntaxEngine, context: SkillContext, list: FindingList) {
  const byLanguage: { [language: string]: { public: number; documented: number } } = {};
  const reader = readOutlines(engine, context, { accept: (path) => !isTestPath(path) && !NOT_PUBLIC.test(path) });
  for await (const { source, outline } of reader.outlines()) {
    const open = outline.definitions.filter((one) => one.exported && one.kind !== 'constant');
    // One text stands for all overloads of a name.
    const explained = new Set(open.filter((one) => one.documented).map((one) => one.name));
    const bare = open.filter((one) => !explained.has(one.name) && !/\.(?:__init__|constructor)$/.test(one.name));
    const tally = (byLanguage[outline.language] ??= { public: 0, documented: 0 });
    tally.public += open.length;
    tally.documented += open.length - bare.length;
    const first = bare[0];
    if (first === undefined || bare.length < MANY) continue;
    const names = bare.slice(0, NAMED).map((one) => one.name);
    list.add(
      {
        rule: 'undocumented-api',
        severity: 'info',
        category: 'documentation',
        title: `${bare.length} of ${count(open.length, 'public definition')} in ${source.path} are not documented`,
        message: `${names.join(', ')}${bare.length > NAMED ? ` and ${bare.length - NAMED} more` : ''}. Say what a name cannot: units, defaults, what fails and how.`,
        citations: bare.slice(0, NAMED).map((one) => citeLine(source, source.lines.position(one.start).line)),
      },
      source.path,
    );
  }
  return { byLanguage, skipped: reader.skipped };
}

async function checkMarkdown(context: SkillContext, list: FindingList): Promise<{ readonly links: number; readonly brokenLinks: number }> {
  const paths = await context.files.list({ signal: context.signal });
  const known = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const sources = new Map<string, Source>();
  for await (const source of readSources(context, { accept: (path) => MARKDOWN.test(path) }).sources()) sources.set(source.path, source);
  let links = 0;
  let brokenLinks = 0;
  for (const source of sources.values()) {
    if (isTestPath(source.path)) continue;
    for (const { target, start, end } of relativeLinks(source.text)) {
      links += 1;
      const problem = await problemOf(target, source, { sources, known, context });
      if (problem === null) continue;
      brokenLinks += 1;
      const { instead, ...claim } = problem;
      list.add(
        { ...claim, category: 'documentation', citations: [cite(source, start, end)], ...relink(source, { target, start }, instead) },
        target,
      );
    }
  }
  checkReadme(sources, paths, list);
  return { links, brokenLinks };
}

interface Known {
  readonly sources: ReadonlyMap<string, Source>;
  readonly known: ReadonlySet<string>;
  readonly context: SkillContext;
}

type Problem = Pick<NewFinding, 'rule' | 'severity' | 'title' | 'message'> & {
  /** Where the link should lead, when that is certain. */
  readonly instead?: string;
};

async function problemOf(target: string, source: Source, { sources, known, context }: Known): Promise<Problem | null> {
  const [named = '', anchor] = decoded(target).split('#', 2);
  const bare = named.replace(/\?.*$/, '');
  const path = bare === '' ? source.path : join(bare.startsWith('/') ? '' : folderOf(source.path), bare);
  if (path.startsWith('../')) return null;
  if (bare !== '' && path !== '' && !known.has(path)) {
    // Ignored files are not listed, and pages of a site leave the ending out.
    const there = known.has(`${path}.md`) || known.has(`${path}.mdx`) || (await context.files.stat(path)) !== null;
    if (there) return null;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const [moved, ...others] = Array.from(known).filter((one) => one.endsWith(`/${name}`) || one === name);
    const certain = moved !== undefined && others.length === 0 && /\.\w+$/.test(name);
    return {
      rule: 'broken-link',
      severity: 'low',
      title: `${target} is not there`,
      message: `The link leads to ${path}, and no file or folder of that name exists.${certain ? ` The only ${name} is ${moved}.` : ''}`,
      ...(certain && { instead: `${relative(folderOf(source.path), moved)}${anchor === undefined ? '' : `#${anchor}`}` }),
    };
  }
  const page = sources.get(path);
  if (!anchor || page === undefined || /^(?:L\d|:~:)/.test(anchor) || hasAnchor(page.text, anchor)) return null;
  return {
    rule: 'broken-anchor',
    severity: 'info',
    title: `No heading of ${path} is called #${anchor}`,
    message: 'The link opens the page at its top. The heading was renamed or removed.',
  };
}

/** Sites make anchors of headings in their own ways; they differ in what they do with punctuation. */
function hasAnchor(page: string, anchor: string): boolean {
  const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '');
  return anchorsOf(page).has(anchor.toLowerCase()) || [...anchorsOf(page)].some((one) => lettersOf(one) === lettersOf(anchor));
}

function relink(
  source: Source,
  { target, start }: { readonly target: string; readonly start: number },
  instead: string | undefined,
): Pick<NewFinding, 'fix'> {
  const at = source.text.indexOf(target, start);
  if (instead === undefined || at === -1) return {};
  const newText = encodeURI(instead);
  const description = `Link to ${instead}.`;
  return { fix: { path: source.path, baseHash: hashBytes(source.bytes), start: at, end: at + target.length, newText, description } };
}

/** From a folder to a file of the workspace, as a link says it. */
function relative(folder: string, path: string): string {
  const from = folder === '' ? [] : folder.split('/');
  const to = path.split('/');
  const shared = from.findIndex((part, at) => part !== to[at]);
  const common = shared === -1 ? from.length : shared;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}

function checkReadme(sources: ReadonlyMap<string, Source>, paths: readonly string[], list: FindingList): void {
  const readme = paths.find((path) => /^readme(?:\.\w+)?$/i.test(path));
  if (readme === undefined) {
    list.add({
      rule: 'no-readme',
      severity: 'low',
      category: 'documentation',
      title: 'There is no README',
      message: 'Say in the first lines what this is for, then how to get it and how to use it.',
      citations: [],
    });
    return;
  }
  const source = sources.get(readme);
  if (source === undefined || HOW_TO.test(source.text) || /^ {0,3}(?:```|~~~)|^ {4}\$ /m.test(source.text)) return;
  list.add({
    rule: 'readme-without-how-to',
    severity: 'info',
    category: 'documentation',
    title: 'The README does not say how to begin',
    message: 'No heading speaks of installing, starting or using it, and there is no example.',
    citations: [citeLine(source, 1)],
  });
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    // A lone percent sign: it is meant as it stands.
    return target;
  }
}
