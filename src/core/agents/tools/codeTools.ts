// code.symbols, definitions, references, diagnostics and actions: from the editor's services where there is one, else from syntax trees.

import { z } from 'zod';
import { lineText } from '#core/agents/tools/match.ts';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { asData, benchOf, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { codeNotServedError, nameNotAtError } from '#core/agents/tools/toolErrors.ts';
import type { CodeIntelligence, CodePlace } from '#core/toolPorts.ts';

const MAX_SHOWN = 200;
const MAX_LINE = 200;

const nameAt = z.object({
  path: pathArg,
  line: z.number().int().positive().describe('1-based line in which the name stands.'),
  name: z.string().min(1).max(200).describe('The name as it stands in that line.'),
});

export const codeSymbols = defineTool<{ path?: string | undefined; query?: string | undefined }>({
  id: 'code.symbols',
  description: 'Functions, classes, methods and types: of one file, or all whose name holds `query`.',
  args: z
    .object({ path: pathArg.optional(), query: z.string().min(1).max(200).optional() })
    .refine(({ path, query }) => (path === undefined) !== (query === undefined), 'give either path or query'),
  risk: 'read',
  available: () => true,
  title: ({ path, query }) => path ?? query ?? '',
  async run({ path, query }, context) {
    const { signal } = context.step;
    const request = { ...(path !== undefined && { path }), ...(query !== undefined && { query }), signal };
    const { by, found } = await served(context, 'symbols', path ?? 'this workspace', (code) => code.symbols(request));
    const lines = found.map(({ kind, name, container, path: file, line, endLine }) => {
      const inside = container === null ? '' : ` in ${container}`;
      return `${file}:${line}-${endLine} ${kind} ${name}${inside}`;
    });
    return asData(`symbols, by ${by}`, listed(lines));
  },
});

const placesTool = (id: 'code.definitions' | 'code.references', description: string): ReturnType<typeof defineTool> =>
  defineTool<z.infer<typeof nameAt>>({
    id,
    description,
    args: nameAt,
    risk: 'read',
    available: () => true,
    title: ({ path, line, name }) => `${name} at ${path}:${line}`,
    async run({ path, line, name }, context) {
      const at = { path, line, name, column: await columnOf(context, path, line, name), signal: context.step.signal };
      const what = id === 'code.definitions' ? 'definitions' : 'references';
      const { by, found } = await served(context, what, path, (code) => code[what](at));
      return asData(`${what} of ${name}, by ${by}`, listed(await withText(context, found)));
    },
  });

export const codeDefinitions = placesTool('code.definitions', 'Where a name is defined.');
export const codeReferences = placesTool('code.references', 'Where a name is used.');

export const codeDiagnostics = defineTool<{ path: string }>({
  id: 'code.diagnostics',
  description: 'Errors and warnings that are known for one file.',
  args: z.object({ path: pathArg }),
  risk: 'read',
  available: () => true,
  title: ({ path }) => path,
  async run({ path }, context) {
    const { by, found } = await served(context, 'diagnostics', path, (code) => code.diagnostics({ path, signal: context.step.signal }));
    const lines = found.map(
      ({ line, column, severity, message, source }) => `${path}:${line}:${column} ${severity}: ${message} (${source})`,
    );
    return asData(`diagnostics, by ${by}`, listed(lines));
  },
});

export const codeActions = defineTool<{ path: string; line: number }>({
  id: 'code.actions',
  description: 'What the editor offers to do at a line: quick fixes and refactorings, by title. Make the change yourself with files_edit.',
  args: z.object({ path: pathArg, line: z.number().int().positive() }),
  risk: 'read',
  available: (host) => host.code !== null,
  title: ({ path, line }) => `${path}:${line}`,
  async run({ path, line }, context) {
    const { by, found } = await served(context, 'code actions', path, (code) => code.actions({ path, line, signal: context.step.signal }));
    return asData(`code actions, by ${by}`, listed(found));
  },
});

/** The first that serves it. Throws `code.notServed`. */
async function served<T>(
  context: ToolContext,
  what: string,
  path: string,
  ask: (code: CodeIntelligence) => Promise<readonly T[] | null>,
): Promise<{ readonly by: string; readonly found: readonly T[] }> {
  for (const code of benchOf(context).code((file) => context.changes.read(file))) {
    const found = await ask(code);
    if (found !== null) return { by: code.name, found };
  }
  throw codeNotServedError(what, path);
}

async function columnOf({ changes }: ToolContext, path: string, line: number, name: string): Promise<number> {
  const text = lineText(await changes.read(path), line);
  const at = text === undefined ? -1 : wordAt(text, name);
  if (at === -1) throw nameNotAtError(name, path, line);
  return at + 1;
}

/** Where it stands as a word of its own (`id` in `void id()`); else where it stands at all; -1: nowhere. */
function wordAt(text: string, name: string): number {
  const isPart = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}_$]/u.test(char);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1))
    if (!isPart(text[at - 1]) && !isPart(text[at + name.length])) return at;
  return text.indexOf(name);
}

async function withText({ changes }: ToolContext, places: readonly CodePlace[]): Promise<readonly string[]> {
  const texts = new Map<string, string>();
  const lines: string[] = [];
  for (const { path, line } of places.slice(0, MAX_SHOWN)) {
    // A place outside the workspace, in a dependency: its path alone is told.
    const text = texts.get(path) ?? (await changes.read(path).catch(() => ''));
    texts.set(path, text);
    lines.push(`${path}:${line}: ${(lineText(text, line) ?? '').trim().slice(0, MAX_LINE)}`);
  }
  return places.length > MAX_SHOWN ? [...lines, `[${places.length - MAX_SHOWN} more]`] : lines;
}

function listed(lines: readonly string[]): string {
  if (lines.length === 0) return 'none';
  return lines.length > MAX_SHOWN + 1
    ? [...lines.slice(0, MAX_SHOWN), `[${lines.length - MAX_SHOWN} more: ask for one file]`].join('\n')
    : lines.join('\n');
}
