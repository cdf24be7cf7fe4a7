// What a host must supply. The core touches the outside world through these alone.

import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Durability } from '#protocol/storeCare.ts';
import type { ToolHost } from '#core/toolPorts.ts';

export interface Log {
  debug(message: string, fields?: JsonObject): void;
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
  /** Stacks stay here; secrets are redacted before they reach any sink. */
  error(message: string, fields?: JsonObject & { readonly error?: never }, thrown?: unknown): void;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  /** POSIX permission bits; 0o644 where the platform has none. */
  readonly mode: number;
}

/**
 * Reading inside the workspace. Paths are workspace-relative with `/`; one that leads outside, through a symlink too,
 * gives `files.outside`. A missing file gives `files.notFound`.
 */
/** Some of the names, in any order; among those it is given may be some that are gone. */
export type ChooseNames = (names: readonly string[]) => readonly string[] | Promise<readonly string[]>;

export interface WorkspaceFiles {
  readonly root: string;
  read(path: string): Promise<Uint8Array>;
  stat(path: string): Promise<FileStat | null>;
  /** Every file that git would track or show as untracked: `.gitignore` respected, `.git` and `.cas` left out, sorted. Outside a repository: a walk that skips node_modules and hidden folders. Regular files only: what a symlink leads to is listed once, under its own name. `only`: chooses from the names before the disk is asked about each. */
  list(options?: { readonly signal?: AbortSignal; readonly only?: ChooseNames }): Promise<readonly string[]>;
}

/** The one write gate. Only `proposals` may hold it. All paths are checked again here, on the real path of the nearest existing parent. */
export interface WriteGate {
  /** Writes beside the target, syncs, renames. Keeps the mode of an existing file. Fails with `files.outside`, `files.protected`, `files.exists`. */
  write(path: string, bytes: Uint8Array, options: { readonly mode: number | null }): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A private folder of CAS itself (`.cas/runs/<id>/`), for reports. Paths relative to it; atomic writes. */
export interface RunFolder {
  readonly path: string;
  write(name: string, text: string): Promise<string>;
  list(): Promise<readonly string[]>;
}

export interface ProcessRequest {
  /** Program and arguments; never a shell line unless the program is a shell. */
  readonly argv: readonly [string, ...string[]];
  /** Absolute folder to run in: a scratch tree, or CAS's own folder. */
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Bytes kept of each stream, head and tail halves; the rest is counted. Default 1 MiB. */
  readonly maxOutputBytes?: number;
  /** Added to a clean environment (PATH, HOME in the sandbox, LANG, CI=1, NO_COLOR=1). */
  readonly env?: { readonly [name: string]: string };
  /** Folders bound read-only into the sandbox besides the system's. */
  readonly readOnly?: readonly string[];
  /** Default false: no network. */
  readonly network?: boolean;
  readonly signal?: AbortSignal;
  readonly onOutput?: (chunk: string) => void;
  /** A person said yes to exactly this command although no sandbox works here. Default false. */
  readonly approvedUnsandboxed?: boolean;
}

export interface ProcessResult {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly truncatedBytes: number;
  readonly durationMs: number;
  readonly sandbox: 'bubblewrap' | 'sandbox-exec' | 'none';
  /** Why the watch over processes and memory ended it; absent: it did not. */
  readonly overLimit?: string;
}

/** The one process gate for commands that belong to the workspace (its tests, its linter). */
export interface ProcessGate {
  /** What a command would run in now. `refused` says why nothing may run; `noSandbox`: a person may say yes to one command all the same. */
  readonly policy: () => Promise<
    | { readonly kind: 'sandboxed' }
    | { readonly kind: 'unsandboxed' }
    | { readonly kind: 'refused'; readonly reason: string; readonly noSandbox?: boolean }
  >;
  /** Ends the whole process tree on timeout or abort. Throws `process.refused`, `process.notFound`, or AbortError. */
  run(request: ProcessRequest): Promise<ProcessResult>;
}

/** A copy of the workspace's listed files in a temporary folder; edits there never reach the workspace. */
export interface ScratchTree {
  readonly root: string;
  /** Reads the copy, with the changes written to it. */
  readonly files: WorkspaceFiles;
  /** Folders of the workspace its links lead to (node_modules, .venv): give them to `ProcessRequest.readOnly`. */
  readonly readOnly: readonly string[];
  /** Null removes the file; one that is there keeps its mode. Fails with `files.outside`. */
  write(path: string, bytes: Uint8Array | null): Promise<void>;
  dispose(): Promise<void>;
}

export interface ScratchFactory {
  /**
   * Copy-on-write where the file system has it. `node_modules` and the like are made visible read-only when the project has
   * them. What `leaveOut` says yes to is not in the copy, and never was.
   */
  create(options: { readonly signal?: AbortSignal; readonly leaveOut?: (path: string) => boolean }): Promise<ScratchTree>;
}

/** Secrets by name (`ANTHROPIC_API_KEY`). Values never reach logs, events, prompts or the store. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
}

export interface HostPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly files: WorkspaceFiles;
  readonly writeGate: WriteGate;
  readonly processes: ProcessGate;
  readonly scratch: ScratchFactory;
  readonly secrets: Secrets;
  readonly runFolder: (runId: string) => RunFolder;
  /** Absolute folder of the shipped `resources/`. */
  readonly resources: string;
  /** Reads a file outside the workspace that CAS ships or owns (resources, `.cas/agents`); null when missing. */
  readonly readOwnFile: (absolutePath: string) => Promise<string | null>;
  /** Files of a folder that CAS ships or owns, names only, sorted; empty when missing. */
  readonly listOwnFolder: (absolutePath: string) => Promise<readonly string[]>;
  /** False in an untrusted workspace: nothing runs and no file of the workspace is acted on. */
  readonly trusted: () => boolean;
  /** Public configuration: base URLs, model wishes. Never keys. */
  readonly settings: () => HostSettings;
  /** For agents' tools that reach further than files. Absent: agents have none of those tools. */
  readonly tools?: ToolHost;
}

export interface HostSettings {
  readonly anthropicBaseUrl: string | undefined;
  readonly openaiBaseUrl: string | undefined;
  readonly anthropicModel: string | undefined;
  readonly openaiModel: string | undefined;
  /** Which of OpenAI's interfaces is spoken. Default: responses for reasoning models at OpenAI itself, else chat completions. */
  readonly openaiApi?: 'chat' | 'responses' | undefined;
  readonly geminiBaseUrl?: string | undefined;
  readonly geminiModel?: string | undefined;
  /** An endpoint that speaks OpenAI's chat completions, up to and without `/chat/completions`. Used when a model is set too. */
  readonly compatibleUrl?: string | undefined;
  readonly compatibleModel?: string | undefined;
  /** Its model takes images. Default false: most local ones do not. */
  readonly compatibleImages?: boolean | undefined;
  /** Of the editor's own models, by id or family. Default: the first one it lists. */
  readonly editorModel?: string | undefined;
  /** Read once, when the workspace is opened; its owner's counts. Default `full`. */
  readonly durability?: Durability | undefined;
  /** Steps that may run at the same time in one run. Default 4. */
  readonly maxParallelSteps: number;
  /** Runs at the same time in this workspace; the others wait. Default 100. */
  readonly maxRuns?: number;
  /** How many of the runs that wait are prepared ahead: read from the store, so that they begin at once. Default 4; 0: none. */
  readonly queuePrefetch?: number;
  /** Runs of one workflow at the same time. Default: no limit of its own. */
  readonly maxRunsPerWorkflow?: number;
  /** Tasks of one agent at the same time, across runs. Default: no limit. */
  readonly maxTasksPerAgent?: number;
  /** Calls to one provider at the same time, across runs. Default 8. */
  readonly maxCallsPerProvider?: number;
  /** How models are chosen among those that no step names. Default `priority`. */
  readonly modelPolicy?: 'priority' | 'cost' | 'latency' | 'health' | undefined;
  /** Circuit breakers: failures in a row that open one (5), probes that close it (2), Ms open (60,000), Ms a failure counts (120,000). */
  readonly breaker?: {
    readonly failureThreshold?: number;
    readonly successThreshold?: number;
    readonly timeoutMs?: number;
    readonly monitoringPeriodMs?: number;
  };
  /** Time limits of a call to a model, in ms: 60,000, 300,000, 90,000 and 600,000 by default. */
  readonly callLimits?: {
    readonly connectMs?: number;
    readonly firstByteMs?: number;
    readonly idleMs?: number;
    readonly totalMs?: number;
  };
  /** Ms without a first event after which the next model is asked too. Default: never. */
  readonly hedgeAfterMs?: number | undefined;
  /** Models the workspace prefers, best first: `provider/model`, or a model whose vendor its name tells. */
  readonly models?: readonly string[];
  /** Globs of files that need a yes of their own, besides those that always do. */
  readonly protectedPaths?: readonly string[];
  /** What runs a workflow when neither the start nor the workflow's file names a runtime. Default: CAS's own, `custom`. */
  readonly runtime?: string | undefined;
}
