// tests.gaps: code that no test reaches through its imports, the most tangled and most changed first.

import { z } from 'zod';
import { hasCode } from '#base/errors.ts';
import { findingSchema, type Severity } from '#protocol/finding.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { readLog } from '#core/skills/history/readLog.ts';
import { inspectRepository, openGit } from '#core/skills/history/safeGit.ts';
import { HistoryTally } from '#core/skills/history/tally.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { compareText, count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { type GraphFile, type ModuleGraph, reachable } from '#core/skills/structure/moduleGraph.ts';
import { readGraph, type WorkspaceGraph } from '#core/skills/structure/readGraph.ts';
import { withSamePackage } from '#core/skills/structure/samePackage.ts';
import { folderOf } from '#core/skills/structure/resolveImport.ts';

const DAY_MS = 86_400_000;
const SINCE_DAYS = 365;
const MAX_COMMITS = 5_000;
/** Branches in a file, above which missing tests are more than a note. */
const TANGLED = 25;

/** Files whose code is a test. Narrower than isTestPath: examples and benchmarks prove nothing. */
const TEST_FILE =
  /(?:^|\/)(?:tests?|specs?|__tests__|e2e|cypress)\/|[._-](?:test|spec)\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*|conftest|[^/]*_test)\.py$|_test\.go$|(?:Test|Tests|IT)\.java$/i;
const NOT_JUDGED =
  /(?:^|\/)(?:examples?|demos?|benchmarks?|bench(?:es)?|docs?|fixtures?|testdata|scripts?|migrations|stories)\/|\.(?:config|conf|d|stories)\.[cm]?[jt]sx?$|(?:^|\/)build\.rs$|Benchmarks?\.java$/i;

const outputSchema = z.object({
  findings: z.array(findingSchema),
  /** Files with functions in them that are not tests. */
  files: z.number(),
  reached: z.number(),
  testFiles: z.number(),
  /** Share of their functions, by count; null without any. It says who is imported by a test, not which lines ran. */
  functionsReached: z.number().nullable(),
  untested: z.array(z.object({ path: z.string(), functions: z.number(), branches: z.number(), commits: z.number().nullable() })),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export function testsGapsSkill(engine: SyntaxEngine): Skill {
  return defineSkill<Record<string, never>>({
    id: 'tests.gaps',
    title: 'Test gaps',
    description:
      'Files with code that no test imports, directly or through others; by branches and by changes of the last year. Runs nothing.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const graph = withSamePackage(await readGraph(engine, context));
      const tests = Array.from(graph.files.keys()).filter((path) => TEST_FILE.test(path));
      const covered = reachable(graph, [...tests, ...besideTests(graph, tests), ...rustProgramsUnderTest(graph)]);
      const judged = Array.from(graph.files.values()).filter(
        ({ source, outline }) => outline.functions.length > 0 && !TEST_FILE.test(source.path) && !NOT_JUDGED.test(source.path),
      );
      const isCovered = (file: GraphFile): boolean => covered.has(file.source.path) || /#\[cfg\(test\)\]/.test(file.source.text);
      const commits = await commitsByFile(context);
      const untested = judged
        .filter((file) => !isCovered(file))
        .map((file) => ({ file, branches: branchesOf(file), commits: commits?.get(file.source.path)?.commits ?? (commits ? 0 : null) }))
        .toSorted(
          (a, b) =>
            b.branches * (1 + (b.commits ?? 0)) - a.branches * (1 + (a.commits ?? 0)) ||
            compareText(a.file.source.path, b.file.source.path),
        );
      const list = new FindingList('tests.gaps');
      for (const one of untested) {
        const { file, branches } = one;
        list.add(
          {
            rule: tests.length === 0 ? 'no-tests' : 'untested-file',
            severity: isProgram(file) ? 'info' : severityOf(branches),
            category: 'tests',
            title: `No test reaches ${file.source.path}`,
            message: `${count(file.outline.functions.length, 'function')} with ${count(branches, 'branch', 'branches')}${changes(one.commits)}; no test file imports it, directly or through others. Begin with what it promises its callers.`,
            citations: [citeLine(file.source, 1, Math.min(file.source.lines.count, 3))],
          },
          file.source.path,
        );
      }
      const all = sumFunctions(judged);
      const figures = {
        files: judged.length,
        reached: judged.length - untested.length,
        testFiles: tests.length,
        functionsReached: all === 0 ? null : Math.round((sumFunctions(judged.filter(isCovered)) / all) * 1000) / 1000,
        untested: untested.map(({ file, branches, commits: changed }) => ({
          path: file.source.path,
          functions: file.outline.functions.length,
          branches,
          commits: changed,
        })),
      };
      const summary =
        judged.length === 0
          ? 'no code to test'
          : `${count(tests.length, 'test file')} reach ${figures.reached.toLocaleString('en-US')} of ${count(judged.length, 'file')} with code`;
      return { output: toJson({ ...list.result(), ...figures, skipped: graph.skipped }), summary };
    },
  });
}

/** Go and Java tests stand in the package they test and name no import of it. */
function besideTests(graph: ModuleGraph, tests: readonly string[]): readonly string[] {
  const goFolders = new Set(tests.filter((path) => path.endsWith('_test.go')).map(folderOf));
  const javaNames = new Set(tests.flatMap((path) => /([^/]+?)(?:Tests?|IT)\.java$/.exec(path)?.[1] ?? []));
  return Array.from(graph.files.keys()).filter(
    (path) =>
      (path.endsWith('.go') && goFolders.has(folderOf(path))) ||
      (path.endsWith('.java') && javaNames.has(path.split('/').at(-1)?.replace('.java', '') ?? '')),
  );
}

/** Tests in `tests/` of a Cargo package run its programs: Cargo builds them for that, and no import says so. */
function rustProgramsUnderTest(graph: WorkspaceGraph): readonly string[] {
  const tested = new Set([...graph.files.keys()].flatMap((path) => /^(.*?)(?:\/|^)tests\/[^/]+\.rs$/.exec(path)?.[1] ?? []));
  return graph.project.cargo
    .filter(({ folder }) => tested.has(folder))
    .flatMap(({ folder, programs }) => {
      const more = folder === '' ? 'src/bin/' : `${folder}/src/bin/`;
      return [...graph.files.keys()].filter((path) => programs.includes(path) || path.startsWith(more));
    });
}

function branchesOf({ outline }: GraphFile): number {
  return outline.functions.reduce((sum, one) => sum + one.cyclomatic - 1, 0);
}

/** Tests run programs rather than import them: that nothing imports one says little. */
function isProgram({ source }: GraphFile): boolean {
  return /(?:^|\/)bin\//.test(source.path) || source.text.startsWith('#!');
}

function severityOf(branches: number): Severity {
  if (branches > TANGLED) return 'medium';
  return branches > 0 ? 'low' : 'info';
}

function changes(commits: number | null): string {
  return commits === null ? '' : `, changed in ${count(commits, 'commit')} of the last year`;
}

function sumFunctions(files: readonly GraphFile[]): number {
  return files.reduce((sum, { outline }) => sum + outline.functions.length, 0);
}

/** Null where there is no history, or not all of it. */
async function commitsByFile(context: SkillContext): Promise<HistoryTally['files'] | null> {
  const git = openGit(context.files.root, context.signal);
  if ((await inspectRepository(git, context.signal)).kind === 'none') return null;
  const tally = new HistoryTally();
  const sinceAt = context.clock.now() - SINCE_DAYS * DAY_MS;
  try {
    for await (const commit of readLog(git, { sinceAt, maxCommits: MAX_COMMITS, signal: context.signal })) tally.add(commit);
  } catch (error) {
    if (hasCode(error, 'git.incomplete')) return null;
    throw error;
  }
  return tally.files;
}
