// What a command works with: the workspace's API, the output, and how to name other commands to the person.

import path from 'node:path';
import { commandName, shellWord } from '#cli/invocation.ts';
import { allowedBy, distFolder, durabilityOf, type Options, textOption, workspaceRoot } from '#cli/options.ts';
import type { Output } from '#cli/output.ts';
import type { CoreApi } from '#protocol/api.ts';

/** A place to work, with nothing opened yet. */
export interface Scene {
  readonly output: Output;
  readonly root: string;
  /** Absolute paths of what ships. */
  readonly distDir: string;
  readonly resources: string;
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** The words of another command as a line that works here when it is pasted. */
  readonly command: (words: string) => string;
  /** A path as short as it can be from where the person stands. */
  readonly shown: (file: string) => string;
}

export interface Session extends Scene {
  readonly api: CoreApi;
}

export function createScene(options: Options, output: Output, signal: AbortSignal): Scene {
  const cwd = process.cwd();
  const given = options['workspace'] === undefined ? undefined : textOption(options, 'workspace');
  const root = workspaceRoot(given, cwd);
  const name = commandName({ argv: process.argv, env: process.env, execPath: process.execPath, cwd });
  const where = root === workspaceRoot(undefined, cwd) ? '' : ` --workspace ${shellWord(root)}`;
  const distDir = distFolder(import.meta.url);
  return {
    output,
    root,
    distDir,
    resources: path.join(distDir, '..', 'resources'),
    signal,
    command: (words) => `${name} ${words}${where}`,
    shown(file) {
      const relative = path.relative(cwd, file);
      return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
    },
  };
}

/** Opens the workspace, runs `work`, and always closes it again. */
export async function withWorkspace<T>(scene: Scene, options: Options, work: (session: Session) => Promise<T>): Promise<T> {
  const allowed = allowedBy(options);
  const [
    { openWorkspace },
    { webFromEnvironment },
    { consoleLog },
    { environmentSecrets },
    { environmentSettings },
    { recordingFromEnvironment },
  ] = await Promise.all([
    import('#node/openWorkspace.ts'),
    import('#node/toolHost.ts'),
    import('#node/ports/log.ts'),
    import('#node/ports/secrets.ts'),
    import('#node/ports/settings.ts'),
    import('#node/ports/recordings.ts'),
  ]);
  const durability = durabilityOf(options);
  const api = await openWorkspace({
    root: scene.root,
    distDir: scene.distDir,
    resources: scene.resources,
    secrets: environmentSecrets(process.env),
    log: consoleLog({ level: options['verbose'] === true ? 'debug' : 'warn' }),
    // Whoever types the command trusts the folder; `cas` in a script can be held back with --mode strict or dry-run.
    trusted: () => true,
    settings: () => ({ ...environmentSettings(process.env), ...(durability && { durability }) }),
    recording: recordingFromEnvironment(process.env, scene.root),
    tools: {
      approvals: {
        canAsk: () => scene.output.interactive,
        allowed: () => allowed,
        howToAllow: (allowance) => `pass --allow ${allowance}`,
      },
      web: () => webFromEnvironment(process.env),
    },
    unsandboxed: () => (options['allowUnsandboxed'] === true ? 'allow' : 'refuse'),
    howToAllow: 'pass --allow-unsandboxed',
    memory: options['mode'] === 'dry-run',
    storeThread: 'here',
    resumeOnTakeover: options['stays'] === true,
  });
  try {
    return await work({ ...scene, api });
  } finally {
    await api.close();
  }
}
