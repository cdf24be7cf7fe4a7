// code.duplicates: copied code, both places cited. Tests, generated files and tables of data are left out.

import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { findingSchema } from '#protocol/finding.ts';
import { type Clone, fileOf, findClones, type TokenFile } from '#core/skills/duplicates/findClones.ts';
import { withoutNotJudged } from '#core/skills/duplicates/notJudged.ts';
import { tokenize, TokenTable } from '#core/skills/duplicates/tokenize.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { lexFamily } from '#core/skills/source/lex.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { readSources, type SkipReason, type Source } from '#core/skills/source/readSources.ts';

const argsSchema = z.strictObject({
  minLines: z.number().int().positive().nullish(),
  minTokens: z.number().int().min(8).nullish(),
});
const placeSchema = z.object({ path: z.string(), line: z.number(), endLine: z.number() });
const outputSchema = z.object({
  findings: z.array(findingSchema),
  clones: z.array(z.object({ a: placeSchema, b: placeSchema, lines: z.number(), tokens: z.number() })),
  duplicatedLines: z.number(),
  totalLines: z.number(),
  /** Of all lines, those that repeat earlier ones; one decimal. */
  percent: z.number(),
  filesScanned: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

/** A reason for what is left out and counted. */
function accept(path: string): boolean | SkipReason {
  if (!CODE.test(path) || DECLARATIONS.test(path)) return false;
  return isTestPath(path) ? 'tests' : true;
}

interface ScannedFile extends TokenFile {
  readonly source: Source;
}
interface Corpus {
  readonly tokens: Int32Array;
  readonly lineOf: Int32Array;
  readonly files: readonly ScannedFile[];
  readonly table: TokenTable;
}
interface Place {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}
interface Copy {
  readonly a: Place;
  readonly b: Place;
  readonly lines: number;
  readonly tokens: number;
}

const CODE =
  /\.(?:[cm]?[jt]sx?|go|java|kt|kts|scala|rs|php|cs|cpp|cc|cxx|hpp|hh|h|c|m|mm|swift|dart|groovy|py|rb|sh|bash|pl|ex|exs|vue|svelte)$/i;
/** Types of what is declared elsewhere, often once for each kind of module. */
const DECLARATIONS = /\.d\.[cm]?ts$/i;
const MEDIUM_LINES = 50;
/** Above this part of literals and commas a run is a table. */
const DATA_PART = 0.6;

export function codeDuplicatesSkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'code.duplicates',
    title: 'Duplicated code',
    description: 'Runs of equal tokens in two places, whatever the layout and the comments.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const minLines = args.minLines ?? 8;
      const minTokens = args.minTokens ?? 70;
      const reader = readSources(context, { accept });
      const corpus = await readCorpus(reader.sources());
      const clones = await findClones(corpus.tokens, corpus.files, {
        minTokens,
        onFile: (done) => turn(context, done, corpus.files.length),
      });
      const copies = clones
        .filter((clone) => !isData(corpus, clone))
        .map((clone) => toCopy(corpus, clone))
        .filter((copy) => copy.lines >= minLines);
      const totalLines = corpus.files.reduce((sum, file) => sum + file.source.lines.count, 0);
      const duplicatedLines = coveredLines(copies);
      const list = new FindingList('code.duplicates');
      for (const copy of copies) addFinding(list, copy, corpus);
      const percent = totalLines === 0 ? 0 : Math.round((duplicatedLines / totalLines) * 1000) / 10;
      const result = list.result();
      const shown = copies.toSorted((a, b) => b.tokens - a.tokens).slice(0, 2000);
      const output = {
        ...result,
        clones: shown,
        duplicatedLines,
        totalLines,
        percent,
        filesScanned: corpus.files.length,
        skipped: reader.skipped,
      };
      return { output: toJson(output), summary: `${count(copies.length, 'copy', 'copies')}, ${percent} % of ${count(totalLines, 'line')}` };
    },
  });
}

async function readCorpus(sources: AsyncIterable<Source>): Promise<Corpus> {
  const table = new TokenTable();
  const files: ScannedFile[] = [];
  const ids: number[] = [];
  const lines: number[] = [];
  for await (const source of sources) {
    const family = lexFamily(source.path);
    if (family === null) continue;
    const tokens = tokenize({ ...source, text: withoutNotJudged(source.path, source.text) }, family, table);
    const start = ids.length;
    for (const [at, id] of tokens.ids.entries()) {
      ids.push(id);
      lines.push(tokens.lines[at] ?? 1);
    }
    files.push({ source, start, end: ids.length });
  }
  return { tokens: Int32Array.from(ids), lineOf: Int32Array.from(lines), files, table };
}

function isData({ tokens, table }: Corpus, clone: Clone): boolean {
  const ids = tokens.subarray(clone.second, clone.second + clone.length);
  return ids.filter((id) => table.isData(id)).length / ids.length > DATA_PART;
}

function toCopy(corpus: Corpus, clone: Clone): Copy {
  const place = (start: number): Place => ({
    path: fileOf(corpus.files, start).source.path,
    line: corpus.lineOf[start] ?? 1,
    endLine: corpus.lineOf[start + clone.length - 1] ?? 1,
  });
  const [a, b] = [place(clone.first), place(clone.second)];
  return { a, b, lines: Math.min(a.endLine - a.line, b.endLine - b.line) + 1, tokens: clone.length };
}

function coveredLines(copies: readonly Copy[]): number {
  const lines = new Set<string>();
  for (const { b } of copies) for (let line = b.line; line <= b.endLine; line += 1) lines.add(`${b.path}:${line}`);
  return lines.size;
}

function addFinding(list: FindingList, copy: Copy, corpus: Corpus): void {
  const sourceAt = (place: Place): Source | undefined => corpus.files.find((file) => file.source.path === place.path)?.source;
  const citations = [copy.b, copy.a].flatMap((place) => {
    const source = sourceAt(place);
    return source === undefined ? [] : [citeLine(source, place.line, place.endLine)];
  });
  const where = copy.a.path === copy.b.path ? 'in the same file' : `in ${copy.a.path}`;
  list.add(
    {
      rule: 'copy',
      severity: copy.lines >= MEDIUM_LINES ? 'medium' : 'low',
      category: 'quality',
      title: `${count(copy.lines, 'line')} repeat line ${copy.a.line} ${where}`,
      message: `${count(copy.tokens, 'token')} are equal. A change in one place has to be made in the other too; consider one function for both.`,
      citations,
    },
    copy.a.path,
  );
}

async function turn(context: SkillContext, done: number, total: number): Promise<void> {
  if (done % 50 !== 0) return;
  throwIfAborted(context.signal);
  context.progress('Comparing files', done, total);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
