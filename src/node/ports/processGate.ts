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
import { limitProcesses } from '#node/ports/processLimit.ts';
import { type OpenProcess, openProcess } from '#node/ports/openProcess.ts';
import { MARK } from '#node/ports/processTree.ts';
import { probeSeatbelt, SEATBELT, seatbeltProfile } from '#node/ports/seatbelt.ts';
import { INIT_FD } from '#node/ports/sandboxInit.ts';
import { scratchRootOf, spoilScratchRoot } from '#node/ports/scratchRoot.ts';
import { MAX_PROCESSES } from '#node/ports/treeWatch.ts';
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

/** Of all the user's, where the kernel counts them together; Linux does not count those of root. */
const USER_PROCESSES = 4096;
const DEFAULT_OUTPUT_BYTES = 1_048_576;
/** Memory one process may fill, besides files it maps. */
const MEMORY_BYTES = 8 * 1024 ** 3;

const processRefused = (reason: string): AppError => new AppError({ code: 'process.refused', message: reason, details: { reason } });

const processNotFound = (program: string): AppError =>
  new AppError({ code: 'process.notFound', message: `The program ${JSON.stringify(program)} is not installed.`, details: { program } });

const sandboxFailed = (stderr: string): AppError =>
  new AppError({ code: 'process.sandboxFailed', message: `The sandbox could not be set up: ${stderr.trim()}`, details: { stderr } });

/** Starts nothing until asked. The sandbox is tried once, at the first question. */
export function createProcessGate(options: ProcessGateOptions): NodeProcessGate {
  const env = options.env ?? process.env;
  let probing: Promise<string | null> | null = null;
  const probe = (): Promise<string | null> => (probing ??= (options.probe ?? (() => probeSandbox(pathFolders(env))))());

  const policy: ProcessGate['policy'] = async () => {
    if (!options.trusted()) return { kind: 'refused', reason: 'The workspace is not trusted, so none of its commands run.' };
    const trouble = await probe();
    if (trouble === null) return { kind: 'sandboxed' };
    if (options.unsandboxed() === 'allow') return { kind: 'unsandboxed' };
    return {
      kind: 'refused',
      noSandbox: true,
      reason: `Commands of the workspace do not run without a sandbox: ${trouble}. ${whatToDo(options.howToAllow)}`,
    };
  };

  /** What would be started for this request. Throws `process.refused`, `process.notFound`. */
  const plan = async (request: PlanRequest, tellsInit = false): Promise<PlannedProcess> => {
    throwIfAborted(request.signal);
    const decided = await policy();
    const approved = decided.kind === 'refused' && decided.noSandbox === true && request.approvedUnsandboxed === true;
    if (decided.kind === 'refused' && !approved) throw processRefused(decided.reason);
    const writable = scratchRootOf(request.cwd) ?? options.ownFolders?.find((folder) => isWithin(folder, request.cwd));
    if (writable === undefined) throw processRefused(`Commands run in scratch copies only, not in ${JSON.stringify(request.cwd)}.`);
    const program = findProgram(request.argv[0], { cwd: request.cwd, folders: pathFolders(env) });
    if (program === null) throw processNotFound(request.argv[0]);
    return decided.kind === 'sandboxed' ? planSandboxed(request, env, { writable, tellsInit }) : planDirectly(request, env, program);
  };

  return {
    policy,
    async run(request) {
      const planned = await plan(request, true);
      const result = await bounded(request, planned).finally(() => planned.dispose?.());
      if (planned.sandbox !== 'none' && result.exitCode !== 0 && result.stderr.startsWith('bwrap: ')) throw sandboxFailed(result.stderr);
      return { ...result, sandbox: planned.sandbox };
    },
    async open(request) {
      const planned = await plan(request);
      try {
        const opened = await openProcess({ ...planned, cwd: request.cwd, signal: request.signal });
        void opened.ended.finally(() => planned.dispose?.());
        return opened;
      } catch (error) {
        planned.dispose?.();
        throw error;
      }
    },
  };
}

/** The gate, and what only hosts use of it. */
export interface NodeProcessGate extends ProcessGate {
  /** Starts a program that is talked to line by line, behind the same boundary. Throws as `run` does, and `process.failed`. */
  open(request: PlanRequest): Promise<OpenProcess>;
}

interface PlannedProcess {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: { readonly [name: string]: string };
  /** By which its descendants are known; in `env`, too. */
  readonly mark: string;
  readonly sandbox: ProcessResult['sandbox'];
  readonly tellsInit?: boolean;
  /** After it ended. */
  readonly dispose?: () => void;
}

function probeSandbox(folders: readonly string[]): Promise<string | null> {
  return process.platform === 'darwin' ? probeSeatbelt() : probeBubblewrap(folders);
}

function whatToDo(howToAllow: string): string {
  const install =
    process.platform === 'linux' ? 'Install bubblewrap (for example `apt install bubblewrap`), or ' : 'To run them all the same: ';
  return `${install}${howToAllow}.`;
}

type PlanRequest = Omit<ProcessRequest, 'timeoutMs' | 'onOutput' | 'maxOutputBytes'>;
type HostEnv = { readonly [name: string]: string | undefined };

/** Looking for every tool takes longer than starting a sandbox; what was installed a moment ago is found a moment later. */
const TOOLCHAINS_MS = 10_000;
let toolchains: { readonly key: string; readonly at: number; readonly folders: readonly string[] } | null = null;

function knownToolchains(host: HostEnv): readonly string[] {
  const key = JSON.stringify(host);
  const now = performance.now();
  if (toolchains?.key !== key || now - toolchains.at > TOOLCHAINS_MS) toolchains = { key, at: now, folders: toolchainFolders(host) };
  return toolchains.folders;
}

function planSandboxed(
  request: PlanRequest,
  host: HostEnv,
  { writable, tellsInit }: { readonly writable: string; readonly tellsInit: boolean },
): PlannedProcess {
  const home = sandboxHome(host);
  const network = request.network ?? false;
  const readOnly = [...knownToolchains(host), ...(request.readOnly ?? [])];
  // Inside bubblewrap /tmp is its own, in memory; Seatbelt lets nothing be written beside the scratch folder.
  const temporary = process.platform === 'darwin' ? writable : '/tmp';
  const { steering, plain } = sortVariables(request.env ?? {});
  const common = { host, home, temporary, network };
  const folders = pathFolders(host);
  if (process.platform === 'darwin') {
    const profile = seatbeltProfile({ writable, readOnly, network });
    // The system takes variables that load code from its own programs.
    const marked = withMark(commandEnvironment({ ...common, added: request.env ?? {} }));
    return { ...marked, program: SEATBELT, argv: ['-p', profile, ...request.argv], sandbox: 'sandbox-exec' };
  }
  const marked = withMark(commandEnvironment({ ...common, added: plain }));
  const program = findProgram('bwrap', { cwd: '/', folders });
  if (program === null) throw processNotFound('bwrap');
  const sandbox = bubblewrapArguments({ writable, cwd: request.cwd, home, readOnly, network });
  const set = steering.flatMap(([name, value]) => ['--setenv', name, value]);
  const inside = [...set, ...(tellsInit ? ['--info-fd', String(INIT_FD)] : []), ...sandbox, ...limits(folders), ...request.argv];
  const limit = limitProcesses([program, ...inside], MAX_PROCESSES);
  if (limit === null) return { ...marked, program, argv: inside, sandbox: 'bubblewrap', tellsInit };
  const [shell, ...argv] = limit.argv;
  return { ...marked, program: shell, argv, sandbox: 'bubblewrap', tellsInit, dispose: () => limit.dispose() };
}

/** Variables by which a program is made to load code: what keeps the sandbox must not see them, or it would run that code outside. */
const STEERING = /^(?:LD_|DYLD_|GLIBC_|MALLOC_|BASH_|(?:GCONV_PATH|LOCPATH|NLSPATH|ENV|SHELLOPTS|PS4|IFS)$)/;

function sortVariables(added: NonNullable<ProcessRequest['env']>) {
  const all = Object.entries(added);
  const steering = all.filter(([name]) => STEERING.test(name));
  return { steering, plain: Object.fromEntries(all.filter(([name]) => !STEERING.test(name))) };
}

function planDirectly(request: PlanRequest, host: HostEnv, program: string): PlannedProcess {
  spoilScratchRoot(request.cwd);
  const options = { host, home: host['HOME'] ?? homedir(), temporary: tmpdir(), network: request.network ?? false };
  const env = commandEnvironment({ ...options, added: request.env ?? {} });
  return { ...withMark(env), program, argv: request.argv.slice(1), sandbox: 'none' };
}

function withMark(env: { readonly [name: string]: string }): Pick<PlannedProcess, 'env' | 'mark'> {
  const mark = randomBytes(12).toString('hex');
  return { env: { ...env, [MARK]: mark }, mark };
}

function bounded(request: ProcessRequest, planned: PlannedProcess): Promise<Omit<ProcessResult, 'sandbox'>> {
  return runBounded({
    ...planned,
    cwd: request.cwd,
    timeoutMs: request.timeoutMs,
    maxOutputBytes: request.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
    onOutput: request.onOutput,
    onStray: () => spoilScratchRoot(request.cwd),
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
  return ['prlimit', `--nproc=${USER_PROCESSES}`, `--data=${MEMORY_BYTES}`, '--core=0', '--'];
}
