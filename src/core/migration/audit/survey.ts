// What an audit of a repository finds, all of it measured: modules, tests, dependencies, debt and hotspots. Skills do the looking.

import { z } from 'zod';
import { aliasesOf, importsOf } from '#core/migration/audit/imports.ts';
import { type CodeFile, type Module, modulesOf } from '#core/migration/audit/modules.ts';
import type { HostPorts } from '#core/ports.ts';
import { languageOf } from '#core/skills/project/languages.ts';
import { parseObject, readProjectTree } from '#core/skills/project/projectText.ts';
import type { ProposalDesk, Skill, SkillContext } from '#core/skills/skill.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { readSources } from '#core/skills/source/readSources.ts';

export interface Survey {
  readonly modules: readonly Module[];
  /** `TypeScript, Python`: most lines first, at most three. */
  readonly languages: readonly string[];
  /** As a command line; null when the project names none. */
  readonly tests: string | null;
  readonly manifests: readonly { readonly path: string; readonly kind: string; readonly dependencies: number }[];
  readonly debt: readonly { readonly title: string; readonly path: string; readonly line: number }[];
  readonly hotspots: readonly { readonly path: string; readonly commits: number; readonly score: number }[];
  /** Days of history the hotspots rest on; null where there is none. */
  readonly historyDays: number | null;
}

export interface SurveyDeps {
  readonly ports: HostPorts;
  /** By id; throws `skill.notFound`. */
  readonly skill: (id: string) => Skill;
  /** Part of what a skill gets; none of these drafts anything. */
  readonly desk: ProposalDesk;
  readonly signal: AbortSignal;
}

const detected = z.object({
  languages: z.array(z.object({ name: z.string() })),
  testCommand: z.object({ argv: z.array(z.string()) }).nullable(),
});
const dependencies = z.object({ manifests: z.array(z.object({ path: z.string(), kind: z.string(), dependencies: z.number() })) });
const debt = z.object({
  findings: z.array(z.object({ title: z.string(), citations: z.array(z.object({ path: z.string(), line: z.number() })) })),
});
const history = z.object({
  hotspots: z.array(z.object({ path: z.string(), commits: z.number(), score: z.number() })),
  sinceDays: z.number(),
  reason: z.string().nullable(),
});

/** Reads and changes nothing. Ends with AbortError on abort. */
export async function survey(deps: SurveyDeps): Promise<Survey> {
  const context = contextOf(deps);
  const run = async <T>(id: string, shape: z.ZodType<T>): Promise<T> => shape.parse((await deps.skill(id).run({}, context)).output);
  const project = await run('project.detect', detected);
  const packages = await run('deps.check', dependencies);
  const marks = await run('debt.scan', debt);
  const past = await run('git.history', history);
  return {
    modules: modulesOf(await codeOf(context)),
    languages: project.languages.flatMap(({ name }) => (NO_CODE.has(name) ? [] : [name])).slice(0, 3),
    tests: project.testCommand?.argv.join(' ') ?? null,
    manifests: packages.manifests,
    debt: marks.findings.flatMap(({ title, citations: [first] }) => (first && !isTestPath(first.path) ? [{ title, ...first }] : [])),
    hotspots: past.hotspots,
    historyDays: past.reason === null ? past.sinceDays : null,
  };
}

/** Production code in a programming language the project detection knows; data and texts are no modules. */
async function codeOf(context: SkillContext): Promise<readonly CodeFile[]> {
  const tree = await readProjectTree(context.files, context.signal);
  const aliases = aliasesOf(parseObject(await tree.text('package.json')));
  const files: CodeFile[] = [];
  const reader = readSources(context, { accept: (path) => isCode(path) && !isTestPath(path) });
  for await (const { path, text, lines } of reader.sources())
    files.push({ path, lines: lines.count, imports: importsOf(path, text, aliases) });
  return files;
}

const NO_CODE = new Set(['Markdown', 'JSON', 'YAML', 'TOML', 'XML', 'HTML', 'CSS']);

function isCode(path: string): boolean {
  const language = languageOf(path);
  return language !== null && !NO_CODE.has(language) && !path.split('/').some((part) => part.startsWith('.'));
}

/** Enough for skills that only read. */
function contextOf({ ports, desk, signal }: SurveyDeps): SkillContext {
  return {
    runId: 'audit',
    path: 'audit',
    agent: 'analyst',
    mode: 'strict',
    files: ports.files,
    processes: ports.processes,
    scratch: ports.scratch,
    proposals: desk,
    runFolder: ports.runFolder('audit'),
    resources: ports.resources,
    clock: ports.clock,
    log: ports.log,
    signal,
    progress: () => {},
    recordTool: async () => {},
    run: { workflow: 'migration audit', title: 'Migration audit', inputs: {}, results: {}, failures: [] },
  };
}
