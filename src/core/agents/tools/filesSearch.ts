// files.search: lines that match, in linear time whatever the pattern.

import picomatch from 'picomatch';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { isAppError } from '#base/errors.ts';
import { MAX_FILE_BYTES } from '#core/agents/tools/changeSet.ts';
import { asData, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { badPatternError } from '#core/agents/tools/toolErrors.ts';

const MAX_MATCHES = 200;
/** Ms after which a search says that it is not done. */
const MAX_MS = 30_000;
const MAX_LINE = 300;
/** Time is given back to others after this many ms of searching. */
const SLICE_MS = 20;
/** Files that are read while one is searched. */
const READ_AHEAD = 16;

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
  const files = await candidates(args, context);
  const found: Found = { lines: [], more: false };
  const until = step.clock.now() + MAX_MS;
  let sliceFrom = step.clock.now();
  for await (const [path, text] of inOrder(files, (path) => readable(path, changes))) {
    throwIfAborted(step.signal);
    if (text !== null) collect(path, text, test, found);
    if (found.lines.length >= MAX_MATCHES || step.clock.now() > until) return { ...found, more: true };
    if (step.clock.now() - sliceFrom > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceFrom = step.clock.now();
    }
  }
  return found;
}

/** Reads ahead, so that no disk and no processor waits for the other; gives the results in the order of the paths. */
async function* inOrder<T>(paths: readonly string[], read: (path: string) => Promise<T>): AsyncGenerator<readonly [string, T]> {
  const ahead: { readonly path: string; readonly text: Promise<T> }[] = [];
  let next = 0;
  try {
    while (next < paths.length || ahead.length > 0) {
      for (; ahead.length < READ_AHEAD && next < paths.length; next += 1) {
        const path = paths[next] ?? '';
        ahead.push({ path, text: read(path) });
      }
      const first = ahead.shift();
      if (first !== undefined) yield [first.path, await first.text];
    }
  } finally {
    await Promise.allSettled(ahead.map(({ text }) => text));
  }
}

/**
 * What is to be read, sorted. With ripgrep these are only files that may match; files with edits, which it does not see,
 * are always among them, new ones too.
 */
async function candidates(args: z.infer<typeof argsSchema>, { step, changes, bench }: ToolContext): Promise<readonly string[]> {
  const { pattern, literal = false, ignoreCase = false } = args;
  const inGlob = args.glob === undefined ? () => true : picomatch(args.glob, { dot: true });
  const sift = async (names: readonly string[]): Promise<readonly string[]> => {
    const paths = args.glob === undefined ? names : names.filter((name) => inGlob(name));
    const request = { root: step.files.root, pattern, literal, ignoreCase, paths, maxBytes: MAX_FILE_BYTES, signal: step.signal };
    const may = (await bench?.host.sieve?.sift(request)) ?? null;
    return may === null ? paths : paths.filter((path) => may.has(path));
  };
  return changes.applyTo(await step.files.list({ signal: step.signal, only: sift }), inGlob);
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
