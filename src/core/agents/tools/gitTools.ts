// git.log, git.diff and git.blame.

import { z } from 'zod';
import { gitRead, revision } from '#core/agents/tools/gitRead.ts';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { asData, defineTool } from '#core/agents/tools/tool.ts';
import { withheldError } from '#core/agents/tools/toolErrors.ts';
import { isWithheld } from '#core/agents/tools/withheld.ts';

const noPrograms = ['--no-ext-diff', '--no-textconv'];
const pathsOf = (path: string | undefined): { readonly paths: readonly string[] } => ({ paths: path === undefined ? [] : [path] });

export const gitLog = defineTool({
  id: 'git.log',
  description: 'Commits, newest first: hash, date, author, subject and the files they changed.',
  args: z.object({ path: pathArg.optional(), limit: z.number().int().min(1).max(100).optional().describe('Default 20.') }),
  risk: 'read',
  title: (args) => args.path ?? 'the repository',
  async run({ path, limit = 20 }, context) {
    const command = ['log', `-${limit}`, '--no-show-signature', '--date=short', '--format=%n%h %ad %an: %s', '--stat=100', ...noPrograms];
    return asData('git log', (await gitRead(context, command, pathsOf(path))).trim());
  },
});

export const gitDiff = defineTool({
  id: 'git.diff',
  description: 'A unified diff: from one commit to another, or from a commit (default HEAD) to the files as they are.',
  args: z.object({ from: z.string().max(200).optional(), to: z.string().max(200).optional(), path: pathArg.optional() }),
  risk: 'read',
  title: ({ from = 'HEAD', to = 'working tree', path }) => `${from} to ${to}${path === undefined ? '' : `, ${path}`}`,
  async run({ from = 'HEAD', to, path }, context) {
    const range = to === undefined ? [revision(from)] : [revision(from), revision(to)];
    const diff = await gitRead(context, ['diff', '--no-color', ...noPrograms, ...range], { ...pathsOf(path), worktree: to === undefined });
    return asData('git diff', diff === '' ? 'no difference' : withoutWithheld(diff));
  },
});

export const gitBlame = defineTool({
  id: 'git.blame',
  description: 'Who last changed each line of a part of a file, and when.',
  args: z.object({ path: pathArg, from: z.number().int().positive(), to: z.number().int().positive() }),
  risk: 'read',
  title: ({ path, from, to }) => `${path} ${from}-${to}`,
  async run({ path, from, to }, context) {
    if (isWithheld(path)) throw withheldError(path);
    const last = Math.max(from, Math.min(to, from + 500));
    return asData(
      'git blame',
      await gitRead(context, ['blame', '--no-textconv', '--date=short', `-L${from},${last}`], { paths: [path], worktree: true }),
    );
  },
});

/** The diff with the parts of files that hold credentials replaced by a note. */
function withoutWithheld(diff: string): string {
  const parts = diff.split(/^(?=diff --git )/m);
  const shown = parts.map((part) => {
    const path = / "?b\/(.+?)"?$/m.exec(part.split('\n', 1)[0] ?? '')?.[1];
    const before = /^(?:rename|copy) from "?(.+?)"?$/m.exec(part)?.[1];
    const withheld = [path, before].find((name) => name !== undefined && isWithheld(name));
    return withheld === undefined ? part : `[the difference of ${withheld} is withheld: it may hold credentials]\n`;
  });
  return shown.join('');
}
