// code.unused: definitions and files that nothing in the workspace mentions.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { cite, citeLine } from '#core/skills/source/lines.ts';
import { readSources } from '#core/skills/source/readSources.ts';
import type { ModuleGraph } from '#core/skills/structure/moduleGraph.ts';
import type { Definition } from '#core/skills/structure/outline.ts';
import { readGraph } from '#core/skills/structure/readGraph.ts';

/** Where a name can be meant besides code: manifests, templates, pages, build files. Prose does not count as use. */
const MENTIONS =
  /\.(?:json|jsonc|ya?ml|toml|cfg|ini|xml|gradle|html?|vue|svelte|jinja2?|j2|ejs|hbs|pug|sh|bash|mk|cmake|sql|proto|graphql)$|(?:^|\/)(?:Makefile|Dockerfile|Procfile)$/i;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** Files that a tool or a person starts, so that no import of them is to be expected. */
const ENTRY =
  /(?:^|\/)(?:index|main|mod|lib|build|setup|conftest|manage|wsgi|asgi|__init__|__main__|package-info|module-info|doc)\.\w+$|\.(?:config|setup|d)\.[cm]?[jt]sx?$|\.rc\.[cm]?js$|(?:^|\/)(?:bin|scripts?|tools?|tasks?|docs?|migrations|pages|app|routes|api|cmd|examples?)\/|(?:^|\/)\.[^/]+\//i;

/** What stands here is read by a tool under names that the tool knows. */
const CONFIGURATION = /(?:^|\/)(?:docs?\/conf\.py|conf(?:ig)?\.py|settings[^/]*\.py|setup\.py|[^/]*\.config\.[cm]?[jt]s)$/;

const outputSchema = z.object({
  findings: z.array(findingSchema),
  definitions: z.number(),
  unusedDefinitions: z.number(),
  unusedFiles: z.array(z.string()),
  filesScanned: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export function codeUnusedSkill(engine: SyntaxEngine): Skill {
  return defineSkill<Record<string, never>>({
    id: 'code.unused',
    title: 'Unused code',
    description:
      'Functions, types and constants whose name occurs nowhere else in the workspace, and files that nothing imports. What other repositories use cannot be seen.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const graph = await readGraph(engine, context);
      const words = await indexWords(graph, context);
      const list = new FindingList('code.unused');
      let definitions = 0;
      for (const { source, outline } of graph.files.values()) {
        if (isTestPath(source.path) || CONFIGURATION.test(source.path) || outline.damaged) continue;
        const local = countWords(source.text);
        for (const one of outline.definitions) {
          if (!isJudged(one)) continue;
          definitions += 1;
          const short = one.name.split('.').at(-1) ?? '';
          if ((local.get(short) ?? 0) > 1 || (words.get(short) ?? 0) > 1) continue;
          list.add({ ...claim(one), citations: [cite(source, one.start, firstLineEnd(source.text, one.start))] }, one.name);
        }
      }
      const unusedDefinitions = list.size;
      const unusedFiles = filesNobodyAsksFor(graph, words);
      for (const path of unusedFiles) {
        const source = graph.files.get(path)?.source;
        if (source !== undefined) list.add({ ...UNUSED_FILE, citations: [citeLine(source, 1)] }, path);
      }
      const summary = `${count(unusedDefinitions, 'definition')} of ${definitions.toLocaleString('en-US')} and ${count(unusedFiles.length, 'file')} of ${graph.files.size.toLocaleString('en-US')} that nothing here uses`;
      const figures = { definitions, unusedDefinitions, unusedFiles, filesScanned: graph.files.size, skipped: graph.skipped };
      return { output: toJson({ ...list.result(), ...figures }), summary };
    },
  });
}

const UNUSED_FILE: Omit<NewFinding, 'citations'> = {
  rule: 'unused-file',
  severity: 'low',
  category: 'quality',
  title: 'Nothing imports this file',
  message:
    'No import of the workspace leads here, its name stands in no manifest or script, and it is not named like something that is started. Remove it, or say where it is started.',
};

/** Members and names that a framework may call are left out: one cannot tell from the code. */
function isJudged({ kind, name, marked }: Definition): boolean {
  const short = name.split('.').at(-1) ?? '';
  return (
    !marked &&
    kind !== 'method' &&
    !name.includes('.') &&
    short.length > 2 &&
    short !== 'default' &&
    !/^(?:main|init|setup|teardown|test|Test|Benchmark|Example|Fuzz|__)/.test(short)
  );
}

function claim({ kind, name, exported }: Definition): Omit<NewFinding, 'citations'> {
  return {
    rule: exported ? 'unused-export' : 'unused-definition',
    severity: exported ? 'info' : 'low',
    category: 'quality',
    title: `${name} is used nowhere`,
    message: exported
      ? `This ${kind} can be used from outside, and its name occurs nowhere else in this workspace. If no other repository uses it, remove it.`
      : `The name of this ${kind} occurs once in the workspace, here. Remove it.`,
  };
}

/** How many files each word occurs in. */
async function indexWords(graph: ModuleGraph, context: SkillContext): Promise<ReadonlyMap<string, number>> {
  const files = new Map<string, number>();
  const add = (text: string): void => {
    for (const word of new Set(text.match(WORD) ?? [])) files.set(word, (files.get(word) ?? 0) + 1);
  };
  for (const { source } of graph.files.values()) add(source.text);
  const others = readSources(context, { accept: (path) => MENTIONS.test(path) });
  for await (const source of others.sources()) add(source.text);
  return files;
}

function countWords(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.match(WORD) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Go, Java and Rust know packages, where a file is used without being named: files are judged for the others only. */
function filesNobodyAsksFor(graph: ModuleGraph, words: ReadonlyMap<string, number>): readonly string[] {
  const asked = new Set(Array.from(graph.edges.values()).flatMap((edges) => edges.map((edge) => edge.to)));
  return Array.from(graph.files.values()).flatMap(({ source, outline }) => {
    const { path } = source;
    const stem = (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
    const judged = outline.language !== 'go' && outline.language !== 'java' && outline.language !== 'rust';
    if (!judged || asked.has(path) || !path.includes('/') || ENTRY.test(path) || isTestPath(path)) return [];
    const named = (stem.match(WORD) ?? []).every((word) => words.has(word)) && hasShebangOrMain(source.text);
    return named || isNamed(stem, words) ? [] : [path];
  });
}

/** A file's stem that stands somewhere as a word may be started by its name. */
function isNamed(stem: string, words: ReadonlyMap<string, number>): boolean {
  return /^[\w$]+$/.test(stem) && words.has(stem);
}

function hasShebangOrMain(text: string): boolean {
  return (
    text.startsWith('#!') || /__name__\s*==\s*['"]__main__['"]|require\.main\s*===?\s*module|import\.meta\.(?:main|filename)/.test(text)
  );
}

function firstLineEnd(text: string, start: number): number {
  const at = text.indexOf('\n', start);
  return at === -1 ? text.length : at;
}
