// git for reading only: nothing in the repository's configuration may run a program, nothing a model says becomes an option.

import { type SimpleGit, simpleGit } from 'simple-git';
import { abortError } from '#base/abort.ts';
import { isAbort } from '#base/errors.ts';
import type { ToolContext } from '#core/agents/tools/tool.ts';
import { badRevisionError, gitFailedError } from '#core/agents/tools/toolErrors.ts';

const TIMEOUT_MS = 20_000;
/** What git needs to be found and to find the person's own configuration (safe.directory, line ends); nothing else. */
const PASSED_ON = ['PATH', 'HOME', 'USERPROFILE', 'SystemRoot', 'XDG_CONFIG_HOME'];
/** Nothing is locked, asked, or fetched from a partial clone's remote; nothing stands in for another object. */
const GIT_ENVIRONMENT = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_NO_REPLACE_OBJECTS: '1' };
const NO_PROGRAMS = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false'];

/**
 * Runs `git <command>`; `paths` are taken literally. `worktree`: the command reads files of the work tree, through which
 * the repository's own clean filters would run; they are switched off. Throws `git.failed` or an AbortError.
 */
export async function gitRead(
  context: ToolContext,
  command: readonly string[],
  options: { readonly paths?: readonly string[]; readonly worktree?: boolean } = {},
): Promise<string> {
  const { paths = [], worktree = false } = options;
  const separator = paths.length === 0 ? [] : ['--', ...paths];
  try {
    const filters = worktree ? await localFilters(open(context, [])) : [];
    return await open(context, filters).raw(['--literal-pathspecs', '--no-pager', ...command, ...separator]);
  } catch (error) {
    if (context.step.signal.aborted || isAbort(error)) throw abortError();
    throw gitFailedError(error instanceof Error ? error.message : String(error));
  }
}

function open({ step }: ToolContext, more: readonly string[]): SimpleGit {
  return simpleGit({
    baseDir: step.files.root,
    abort: step.signal,
    timeout: { block: TIMEOUT_MS },
    config: [...NO_PROGRAMS, ...more],
    allowEnvironment: Object.keys(GIT_ENVIRONMENT),
    // These settings are switched off here; the library cannot tell that from switching them on.
    unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeFilter: true },
  }).env(environment());
}

function environment(): { readonly [name: string]: string } {
  const kept = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(kept), ...GIT_ENVIRONMENT, LC_ALL: 'C' };
}

/** Settings that empty every filter the repository itself configures. Those of the person's own configuration stay. */
async function localFilters(git: SimpleGit): Promise<readonly string[]> {
  const pattern = String.raw`^filter\..*\.(clean|process|required)$`;
  const names = (await git.raw(['config', '--local', '--null', '--name-only', '--get-regexp', pattern])).split('\0').filter(Boolean);
  const odd = names.find((name) => name.includes('='));
  if (odd !== undefined) throw new Error(`the filter ${odd} of this repository cannot be switched off`);
  return [...new Set(names)].map((name) => (name.endsWith('.required') ? `${name}=false` : `${name}=`));
}

/** A revision that cannot be read as an option or a path. Throws `git.badRevision`. */
export function revision(text: string): string {
  if (!/^[A-Za-z0-9_@][\w./@{}~^+-]*$/.test(text) || text.includes('..')) throw badRevisionError(text);
  return text;
}
