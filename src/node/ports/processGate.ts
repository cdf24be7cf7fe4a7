// The one way a command of the workspace runs: in a sandbox, or without one when a person allowed it, bounded either way.

import { randomBytes } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import { throwIfAborted } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import type { ProcessGate, ProcessRequest, ProcessResult } from '#core/ports.ts';
import { bubblewrapArguments, probeBubblewrap } from '#node/ports/bubblewrap.ts';
import { runBounded } from '#node/ports/boundedProcess.ts';
import { commandEnvironment } from '#node/ports/commandEnvironment.ts';
import { isWithin } from '#node/ports/containment.ts';
import { MARK } from '#node/ports/processTree.ts';
import { scratchRootOf } from '#node/ports/scratchRoot.ts';
import { findProgram, pathFolders, toolchainFolders } from '#node/ports/toolchains.ts';

export interface ProcessGateOptions {
  /** False: nothing runs. Asked before each command. */
  readonly trusted: () => boolean;
  /** What to do where no sandbox works. Asked before each command, so a person's approval counts at once. */
  readonly unsandboxed: () => 'allow' | 'refuse';
  /** How a person allows it, in this host's words: "pass --allow-unsandboxed". */
  readonly howToAllow: string;
  /** Absolute folders besides scratch trees in which a command may run and write. Default: none. */
  readonly ownFolders?: readonly string[];
  /** Default `process.env`. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Why the sandbox cannot be used, null when it can. Default: tries it once. */
  readonly probe?: () => Promise<string | null>;
}

const DEFAULT_OUTPUT_BYTES = 1_048_576;
/** Memory one process may fill, besides files it maps. */
const MEMORY_BYTES = 8 * 1024 ** 3;
/** Enough for a large test run, far from enough to choke a machine. Linux does not apply it to root. */
const MAX_PROCESSES = 4096;

const processRefused = (reason: string): AppError => new AppError({ code: 'process.refused', message: reason, details: { reason } });

const processNotFound = (program: string): AppError =>
  new AppError({ code: 'process.notFound', message: `The program ${JSON.stringify(program)} is not installed.`, details: { program } });

const sandboxFailed = (stderr: string): AppError =>
  new AppError({ code: 'process.sandboxFailed', message: `The sandbox could not be set up: ${stderr.trim()}`, details: { stderr } });

/** Starts nothing until asked. The sandbox is tried once, at the first question. */
export function createProcessGate(options: ProcessGateOptions): ProcessGate {
  const env = options.env ?? process.env;
  let probing: Promise<string | null> | null = null;
  const probe = (): Promise<string | null> => (probing ??= (options.probe ?? (() => probeBubblewrap(pathFolders(env))))());

  const policy: ProcessGate['policy'] = async () => {
    if (!options.trusted()) return { kind: 'refused', reason: 'The workspace is not trusted, so none of its commands run.' };
    const trouble = await probe();
    if (trouble === null) return { kind: 'sandboxed' };
    if (options.unsandboxed() === 'allow') return { kind: 'unsandboxed' };
    return {
      kind: 'refused',
      reason: `Commands of the workspace do not run without a sandbox: ${trouble}. ${whatToDo(options.howToAllow)}`,
    };
  };

  return {
    policy,
    async run(request) {
      throwIfAborted(request.signal);
      const decided = await policy();
      if (decided.kind === 'refused') throw processRefused(decided.reason);
      const writable = scratchRootOf(request.cwd) ?? options.ownFolders?.find((folder) => isWithin(folder, request.cwd));
      if (writable === undefined) throw processRefused(`Commands run in scratch copies only, not in ${JSON.stringify(request.cwd)}.`);
      const program = findProgram(request.argv[0], { cwd: request.cwd, folders: pathFolders(env) });
      if (program === null) throw processNotFound(request.argv[0]);
      return decided.kind === 'sandboxed' ? runSandboxed(request, env, writable) : runDirectly(request, env, program);
    },
  };
}

function whatToDo(howToAllow: string): string {
  const install =
    process.platform === 'linux' ? 'Install bubblewrap (for example `apt install bubblewrap`), or ' : 'To run them all the same: ';
  return `${install}${howToAllow}.`;
}

type HostEnv = { readonly [name: string]: string | undefined };

async function runSandboxed(request: ProcessRequest, host: HostEnv, writable: string): Promise<ProcessResult> {
  const folders = pathFolders(host);
  const bwrap = findProgram('bwrap', { cwd: '/', folders });
  if (bwrap === null) throw processNotFound('bwrap');
  const home = sandboxHome(host);
  const network = request.network ?? false;
  const env = commandEnvironment({ host, home, temporary: '/tmp', network, added: request.env ?? {} });
  const argv = [
    ...bubblewrapArguments({
      writable,
      cwd: request.cwd,
      home,
      readOnly: [...toolchainFolders(host), ...(request.readOnly ?? [])],
      network,
    }),
    ...limits(folders),
    ...request.argv,
  ];
  const result = await bounded(request, { program: bwrap, argv, env });
  if (result.exitCode !== 0 && result.stderr.startsWith('bwrap: ')) throw sandboxFailed(result.stderr);
  return { ...result, sandbox: 'bubblewrap' };
}

async function runDirectly(request: ProcessRequest, host: HostEnv, program: string): Promise<ProcessResult> {
  const options = { host, home: host['HOME'] ?? homedir(), temporary: tmpdir(), network: request.network ?? false };
  const env = commandEnvironment({ ...options, added: request.env ?? {} });
  const result = await bounded(request, { program, argv: request.argv.slice(1), env });
  return { ...result, sandbox: 'none' };
}

function bounded(
  request: ProcessRequest,
  command: { readonly program: string; readonly argv: readonly string[]; readonly env: { readonly [name: string]: string } },
): Promise<Omit<ProcessResult, 'sandbox'>> {
  const mark = randomBytes(12).toString('hex');
  return runBounded({
    ...command,
    env: { ...command.env, [MARK]: mark },
    mark,
    cwd: request.cwd,
    timeoutMs: request.timeoutMs,
    maxOutputBytes: request.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
    onOutput: request.onOutput,
    signal: request.signal,
  });
}

/** The same path as outside, so that version managers find themselves; never a folder that would hide the system. */
function sandboxHome(host: HostEnv): string {
  const home = host['HOME'] ?? homedir();
  return isAbsolute(home) && /^\/(?:home|root|Users|var\/home|data)(?:\/|$)/.test(home) ? home : '/tmp/home';
}

function limits(folders: readonly string[]): readonly string[] {
  if (findProgram('prlimit', { cwd: '/', folders }) === null) return [];
  return ['prlimit', `--nproc=${MAX_PROCESSES}`, `--data=${MEMORY_BYTES}`, '--core=0', '--'];
}
