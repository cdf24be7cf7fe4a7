// files.search: lines that match, in linear time whatever the pattern.

import picomatch from 'picomatch';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { isAppError } from '#base/errors.ts';
import { asData, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { badPatternError } from '#core/agents/tools/toolErrors.ts';

const MAX_MATCHES = 200;
/** Ms after which a search says that it is not done. */
const MAX_MS = 30_000;
const MAX_LINE = 300;
/** Time is given back to others after this many ms of searching. */
const SLICE_MS = 20;

const argsSchema = z.object({
  pattern: z.string().min(1).max(500),
  literal: z.boolean().optional().describe('Take the pattern as plain text. Default false: an RE2 regular expression per line.'),
  ignoreCase: z.boolean().optional(),
  glob: z.string().max(500).optional().describe('Only in these files, for example src/**/*.ts.'),
});

export const filesSearch = defineTool({
  id: 'files.search',
  description: 'Finds lines in the text files of the repository (those git ignores are left out). Returns path:line: text, at most 200.',
  args: argsSchema,
  risk: 'read',
  title: ({ pattern, glob }) => (glob === undefined ? pattern : `${pattern} in ${glob}`),
  async run(args, context) {
    const found = await search(args, context);
    const more = found.more ? `\n[stopped at ${MAX_MATCHES} matches or after ${MAX_MS} ms: narrow the pattern or the glob]` : '';
    return asData('files.search', `${found.lines.length} matches\n${found.lines.join('\n')}${more}`);
  },
});

interface Found {
  readonly lines: string[];
  more: boolean;
}

async function search(args: z.infer<typeof argsSchema>, context: ToolContext): Promise<Found> {
  const { step, changes } = context;
  const test = compile(args);
  const inGlob = args.glob === undefined ? () => true : picomatch(args.glob, { dot: true });
  const files = await sifted(
    (await step.files.list({ signal: step.signal })).filter((path) => inGlob(path)),
    args,
    context,
  );
  const found: Found = { lines: [], more: false };
  const until = step.clock.now() + MAX_MS;
  let sliceFrom = step.clock.now();
  for (const path of files) {
    throwIfAborted(step.signal);
    const text = await readable(path, changes);
    if (text !== null) collect(path, text, test, found);
    if (found.lines.length >= MAX_MATCHES || step.clock.now() > until) return { ...found, more: true };
    if (step.clock.now() - sliceFrom > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceFrom = step.clock.now();
    }
  }
  return found;
}

/** With ripgrep, only files that may match are read here, and those with edits, which it does not see. */
async function sifted(
  files: readonly string[],
  args: z.infer<typeof argsSchema>,
  { step, changes, bench }: ToolContext,
): Promise<readonly string[]> {
  const { pattern, literal = false, ignoreCase = false } = args;
  const request = { root: step.files.root, pattern, literal, ignoreCase, paths: files, signal: step.signal };
  const may = (await bench?.host.sieve?.sift(request)) ?? null;
  return may === null ? files : files.filter((path) => may.has(path) || changes.isEdited(path));
}

function collect(path: string, text: string, test: (line: string) => boolean, found: Found): void {
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (!test(line)) continue;
    found.lines.push(`${path}:${at + 1}: ${line.trim().slice(0, MAX_LINE)}`);
    if (found.lines.length >= MAX_MATCHES) return;
  }
}

async function readable(path: string, changes: ToolContext['changes']): Promise<string | null> {
  try {
    return await changes.read(path);
  } catch (error) {
    if (isAppError(error)) return null; // Binary, too large, withheld or gone: nothing that could be shown.
    throw error;
  }
}

function compile(args: z.infer<typeof argsSchema>): (line: string) => boolean {
  const pattern = args.literal === true ? RE2JS.quote(args.pattern) : args.pattern;
  try {
    const regex = RE2JS.compile(pattern, args.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
    return (line) => regex.test(line);
  } catch (error) {
    throw badPatternError(error instanceof Error ? error.message : String(error));
  }
}
