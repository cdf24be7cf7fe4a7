// Opens a workspace: becomes its owner, or attaches to the process that is. The only way in for the command line and the editor.

import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { hasCode } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import { sleep } from '#base/abort.ts';
import { type Core, createCore } from '#core/createCore.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import type { HostPorts, HostSettings, Log, Secrets } from '#core/ports.ts';
import type { AddedKinds } from '#core/runtimes/addedKinds.ts';
import type { Store } from '#core/store/store.ts';
import { allSkills } from '#node/allSkills.ts';
import { prepareOwnFolder } from '#node/ownFolder.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { readAddress } from '#node/owner/address.ts';
import { connectOwner } from '#node/owner/client.ts';
import { type OwnerServer, serveOwner } from '#node/owner/server.ts';
import { restoring } from '#node/owner/restoring.ts';
import { createGitCommit } from '#node/ports/gitCommit.ts';
import { keptTreesFolder } from '#node/ports/keptTrees.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createMemoryRunFolders } from '#node/ports/memoryRunFolder.ts';
import { createRecorder, type RecordingFolder } from '#node/ports/recordings.ts';
import { createRunFolder } from '#node/ports/runFolder.ts';
import { createRunFolders, noRunFolders } from '#node/ports/runFolders.ts';
import { storeSeal } from '#node/ports/storeSeal.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { createWatch } from '#node/ports/watch.ts';
import { watchActing } from '#node/ports/watchActing.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';
import { createProbeHost } from '#node/probeHost.ts';
import { type Connection, openSession } from '#node/session.ts';
import { createToolHost, nobodyThere, type ToolOptions } from '#node/toolHost.ts';
import { openMemoryStore } from '#node/sqlite/openMemoryStore.ts';
import { restoreStore } from '#node/sqlite/restore.ts';
import { openStore, type OpenStoreOptions } from '#node/sqlite/openStore.ts';
import type { CoreApi } from '#protocol/api.ts';

export interface OpenWorkspaceOptions {
  /** Absolute path of the folder to work on. */
  readonly root: string;
  /** Absolute path of the shipped `resources/`. */
  readonly resources: string;
  /** Absolute path of the bundles. */
  readonly distDir: string;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly trusted: () => boolean;
  readonly settings: () => HostSettings;
  /** Whether the project's own commands may run where no sandbox works. Asked before each. */
  readonly unsandboxed: () => 'allow' | 'refuse';
  /** How a person allows that, in this host's words. */
  readonly howToAllow: string;
  /** For agents' tools that reach further than files. Default: nobody can be asked and nothing is allowed. */
  readonly tools?: ToolOptions;
  /** The host's own models, tried after all others. */
  readonly extraProviders?: readonly ModelProvider[];
  /** Model calls are recorded into this folder, or answered from it alone. */
  readonly recording?: RecordingFolder | undefined;
  /** True: nothing is stored and nobody can attach (dry runs). */
  readonly memory?: boolean;
  /** Where SQLite works, see OpenStoreOptions. Default `worker`. */
  readonly storeThread?: OpenStoreOptions['thread'];
  /** Runtimes beside those of CAS. They are at work while this process owns the workspace, or has one in memory. */
  readonly addedRuntimes?: AddedKinds;
  /** True for a window that stays: it begins queued runs at their time, and continues the runs of an owner that ended. */
  readonly resumeOnTakeover?: boolean;
}

/** How long to wait for an owner that is only starting or ending, in ms. */
const ATTACH_MS = 10_000;

/** Throws `store.*` when the workspace cannot be opened, `store.locked` when its owner does not answer. */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<CoreApi> {
  const root = await realpath(options.root);
  const own = { ...options, root };
  if (options.memory === true) {
    const core = await startCore(own, 'memory');
    options.addedRuntimes?.attach((kind) => core.registerRuntime(kind));
    return core.api;
  }
  return openSession({ log: options.log, open: (takeover) => becomeOrAttach(own, takeover) });
}

async function becomeOrAttach(options: OpenWorkspaceOptions, takeover: boolean): Promise<Connection> {
  const giveUpAt = Date.now() + ATTACH_MS;
  for (;;) {
    try {
      return await becomeOwner(options, takeover);
    } catch (error) {
      if (!hasCode(error, 'store.locked')) throw error;
      const attached = await attach(options);
      if (attached !== null) return attached;
      if (Date.now() > giveUpAt) throw error;
    }
    await sleep(100, { clock: systemClock });
  }
}

async function becomeOwner(options: OpenWorkspaceOptions, takeover: boolean): Promise<Connection> {
  const core = await startCore(options, 'owner');
  const added = options.addedRuntimes?.attach((kind) => core.registerRuntime(kind));
  const { api, left } = restoring(core.api, (from) => restoreStore({ from, file: storeFile(options.root), clock: systemClock }));
  const server = await serveOrClose(options, api);
  if (takeover) noteTakeover(core.api, options.log);
  const watching = watchActing({ root: options.root, log: options.log, changed: () => core.filesChanged() });
  let leaving: Promise<void> | null = null;
  const leave = (): Promise<void> => {
    watching.dispose();
    added?.dispose();
    return (leaving ??= server.close());
  };
  const close = async (): Promise<void> => {
    await leave();
    await core.api.close();
  };
  const dispose = (): void => void close().catch((error: unknown) => options.log.error('the workspace did not close cleanly', {}, error));
  if (options.resumeOnTakeover === true) {
    const goOn = takeover ? core.resumeInterrupted().then(() => core.stay()) : core.stay();
    goOn.catch((error: unknown) => options.log.error('what waited in this workspace could not be continued', {}, error));
  }
  return { lost: left.then(leave), api: { ...api, close, dispose } };
}

/** A trail that cannot be written does not keep the workspace closed. */
function noteTakeover(api: CoreApi, log: Log): void {
  const noted = api.call('audit.note', { action: 'owner.takeover', target: `process ${process.pid}` });
  noted.catch((error: unknown) => log.error('the takeover of this workspace could not be audited', {}, error));
}

async function serveOrClose({ root, log }: OpenWorkspaceOptions, api: CoreApi): Promise<OwnerServer> {
  try {
    return await serveOwner({ root, api, log });
  } catch (error) {
    await api.close();
    throw error;
  }
}

/** Null when nobody answers there: the owner is starting, or has just ended. */
async function attach(options: OpenWorkspaceOptions): Promise<Connection | null> {
  const address = await readAddress(options.root);
  if (address === null) return null;
  try {
    const { api, closed } = await connectOwner({ address, log: options.log });
    return { api, lost: closed };
  } catch (error) {
    if (hasCode(error, 'owner.gone')) return null;
    throw error;
  }
}

async function startCore(options: OpenWorkspaceOptions, role: 'owner' | 'memory'): Promise<Core> {
  const { root, log } = options;
  if (role === 'owner') await prepareOwnFolder(root);
  const store = role === 'memory' ? await openMemoryStore() : await openOwnStore(options);
  try {
    return await createCore({
      ports: hostPorts(options),
      store,
      ...(role === 'owner' && { seal: await storeSeal(root, log) }),
      skills: allSkills(options),
      probeHost: createProbeHost(log),
      models: { extraProviders: options.extraProviders, recorder: createRecorder(options.recording) },
      runFolders: role === 'memory' ? noRunFolders : createRunFolders(root),
      commit: await createGitCommit({ root, trusted: options.trusted }),
      watch: createWatch({ files: createWorkspaceFiles(root), log }),
      info: { version: packageVersion(options.distDir), role, ownerPid: process.pid },
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

const storeFile = (root: string): string => path.join(root, '.cas', 'store.db');

function openOwnStore({ root, log, settings, storeThread }: OpenWorkspaceOptions): Promise<Store> {
  const { durability } = settings();
  return openStore({ file: storeFile(root), clock: systemClock, log, durability, thread: storeThread });
}

function hostPorts(options: OpenWorkspaceOptions): HostPorts {
  const { root, log, secrets, trusted, settings, resources, distDir } = options;
  const processes = createProcessGate({ trusted, unsandboxed: options.unsandboxed, howToAllow: options.howToAllow });
  const memory = options.memory === true;
  const scratch = createScratchFactory(root, { keepIn: memory ? null : keptTreesFolder() });
  return {
    clock: systemClock,
    ids: createIdSource({ now: () => Date.now(), random: () => Math.random() }),
    log,
    files: createWorkspaceFiles(root),
    writeGate: createWriteGate(root),
    processes,
    scratch,
    secrets,
    runFolder: options.memory === true ? createMemoryRunFolders() : (runId) => createRunFolder(root, runId),
    resources,
    readOwnFile: (file) => nodeOwnFiles.readText(file),
    listOwnFolder: (folder) => nodeOwnFiles.list(folder),
    trusted,
    settings,
    tools: createToolHost(options.tools ?? nobodyThere, { root, distDir, processes, scratch, memory }),
  };
}

function packageVersion(distDir: string): string {
  const manifest = readFileSync(path.join(distDir, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
