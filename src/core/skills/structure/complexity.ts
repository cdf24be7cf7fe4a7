// code.complexity: functions that are hard to read and to test, measured on the syntax tree.

import { z } from 'zod';
import { findingSchema, type Severity } from '#protocol/finding.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import type { Source } from '#core/skills/source/readSources.ts';
import type { FunctionSize } from '#core/skills/structure/functions.ts';
import { readOutlines } from '#core/skills/structure/readOutlines.ts';

/** Above the first a finding is low, above the second medium. McCabe's own limit is 10; NIST 500-235 allows 15 with good reason. */
const LIMITS = {
  cyclomatic: [15, 30],
  nesting: [4, 6],
  lines: [150, 300],
  parameters: [7, 10],
} as const;
type Measure = keyof typeof LIMITS;

const CLAIMS: {
  readonly [measure in Measure]: { readonly rule: string; readonly say: (value: number) => string; readonly advice: string };
} = {
  cyclomatic: {
    rule: 'many-paths',
    say: (value) => `${value} independent paths`,
    advice: 'Each path wants a test. Split it where the decisions are about different things, or turn cases into data.',
  },
  nesting: {
    rule: 'deep-nesting',
    say: (value) => `nests ${value} levels deep`,
    advice: 'Return early, and give the inner part a name of its own.',
  },
  lines: { rule: 'long-function', say: (value) => `${value} lines long`, advice: 'Split it into steps that each fit a screen.' },
  parameters: {
    rule: 'many-parameters',
    say: (value) => `takes ${value} parameters`,
    advice: 'Pass one object with named fields: callers cannot mix them up then.',
  },
};

const argsSchema = z.strictObject({ paths: z.array(z.string()).nullish(), limit: z.number().int().positive().max(200).nullish() });

const outputSchema = z.object({
  findings: z.array(findingSchema),
  functions: z.number(),
  filesScanned: z.number(),
  /** Of cyclomatic complexity over all functions; null without any. */
  median: z.number().nullable(),
  p95: z.number().nullable(),
  worst: z.array(
    z.object({
      path: z.string(),
      line: z.number(),
      name: z.string(),
      cyclomatic: z.number(),
      nesting: z.number(),
      lines: z.number(),
      parameters: z.number(),
    }),
  ),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export function codeComplexitySkill(engine: SyntaxEngine): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'code.complexity',
    title: 'Complexity',
    description: 'Paths, nesting, length and parameters of each function, in JavaScript, TypeScript, Python, Go, Java and Rust.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const reader = readOutlines(engine, context, { paths: args.paths });
      const list = new FindingList('code.complexity');
      const all: (FunctionSize & { readonly path: string; readonly line: number })[] = [];
      let filesScanned = 0;
      for await (const { source, outline } of reader.outlines()) {
        filesScanned += 1;
        for (const one of outline.functions) {
          all.push({ ...one, path: source.path, line: source.lines.position(one.start).line });
          judge(one, source, list);
        }
      }
      const ranks = all.map((one) => one.cyclomatic).toSorted((a, b) => a - b);
      const worst = all
        .toSorted((a, b) => b.cyclomatic - a.cyclomatic || b.lines - a.lines)
        .slice(0, args.limit ?? 20)
        .map(({ path, line, name, cyclomatic, nesting, lines, parameters }) => ({
          path,
          line,
          name,
          cyclomatic,
          nesting,
          lines,
          parameters,
        }));
      const figures = { functions: all.length, filesScanned, median: quantile(ranks, 0.5), p95: quantile(ranks, 0.95), worst };
      const summary =
        all.length === 0
          ? 'no functions to measure'
          : `${count(list.size, 'function')} too complex of ${count(all.length, 'function')} in ${count(filesScanned, 'file')}; median ${figures.median} paths, 95th percentile ${figures.p95}`;
      return { output: toJson({ ...list.result(), ...figures, skipped: reader.skipped }), summary };
    },
  });
}

/** One finding a function, led by what is worst about it. Tests are measured, not judged. */
function judge(one: FunctionSize, source: Source, list: FindingList): void {
  if (isTestPath(source.path)) return;
  const over = (Object.keys(LIMITS) as Measure[])
    .filter((measure) => one[measure] > LIMITS[measure][0] && !(measure === 'lines' && isFlat(one)))
    .toSorted((a, b) => one[b] / LIMITS[b][0] - one[a] / LIMITS[a][0]);
  const [first] = over;
  if (first === undefined) return;
  const severity: Severity = over.some((measure) => one[measure] > LIMITS[measure][1]) ? 'medium' : 'low';
  const { line } = source.lines.position(one.start);
  list.add(
    {
      rule: CLAIMS[first].rule,
      severity,
      category: 'quality',
      title: `${one.name} ${first === 'cyclomatic' ? 'has' : first === 'lines' ? 'is' : ''} ${CLAIMS[first].say(one[first])}`.replace(
        / {2,}/g,
        ' ',
      ),
      message: `${CLAIMS[first].advice} Measured: ${one.cyclomatic} paths, nesting ${one.nesting}, ${one.lines} lines, ${count(one.parameters, 'parameter')}.`,
      citations: [citeLine(source, line, source.lines.position(Math.max(one.start, one.end - 1)).line)],
    },
    one.name,
  );
}

/** A long list of declarations without decisions reads from top to bottom. */
function isFlat(one: FunctionSize): boolean {
  return one.cyclomatic <= 3;
}

/** Nearest rank; null for an empty list. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
