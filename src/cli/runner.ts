// Turns a command's work into a commander action: options in, workspace opened and closed, errors printed, exit code set.
// The work is imported when it is called, so that `--version` and `--help` load nothing else.

import type { Command } from 'commander';
import { exitCodeOf } from '#cli/exitCodes.ts';
import { modeOf, type Options } from '#cli/options.ts';
import { createOutput } from '#cli/output.ts';
import { createScene, type Scene, type Session, withWorkspace } from '#cli/session.ts';

/** Returns the exit code. */
export type Work<S extends Scene = Session> = (session: S, options: Options, args: readonly string[]) => Promise<number>;
type Action = (...given: unknown[]) => Promise<void>;

export interface CommandRunner {
  /** Works on the open workspace. */
  action(load: () => Promise<Work>): Action;
  /** Works on the open workspace and stays: queued runs begin in it, and triggers are at work. */
  staying(load: () => Promise<Work>): Action;
  /** Works on files alone: nothing is opened, stored or locked. */
  onFiles(load: () => Promise<Work<Scene>>): Action;
}

export function createRunner(signal: AbortSignal): CommandRunner {
  const action =
    (work: (scene: Scene, options: Options, args: readonly string[]) => Promise<number>): Action =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals<Options>();
      const args = command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string');
      const output = createOutput({ json: options['json'] === true, stdout: process.stdout, stderr: process.stderr });
      try {
        modeOf(options);
        process.exitCode = await work(createScene(options, output, signal), options, args);
      } catch (error) {
        output.error(error);
        process.exitCode = exitCodeOf(error);
      }
    };
  return {
    action: (load) =>
      action((scene, options, args) => withWorkspace(scene, options, async (session) => (await load())(session, options, args))),
    staying: (load) =>
      action((scene, options, args) =>
        withWorkspace(scene, { ...options, stays: true }, async (session) => (await load())(session, options, args)),
      ),
    onFiles: (load) => action(async (scene, options, args) => (await load())(scene, options, args)),
  };
}
