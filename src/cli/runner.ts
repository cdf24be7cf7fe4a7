// Turns a command's work into a commander action: options in, workspace opened and closed, errors printed, exit code set.

import { AppError } from '#base/errors.ts';
import type { Command } from 'commander';
import { exitCodeOf } from '#cli/exitCodes.ts';
import { createOutput } from '#cli/output.ts';
import { type GlobalOptions, type Session, withWorkspace } from '#cli/workspace.ts';
import { type RunMode, runModeSchema } from '#protocol/runEvents.ts';

type Options = Readonly<Record<string, unknown>>;
export type Work = (session: Session, options: Options, args: readonly string[]) => Promise<number>;

export interface CommandRunner {
  /** Fires on the first Ctrl-C. */
  readonly signal: AbortSignal;
  action(work: Work): (...given: unknown[]) => Promise<void>;
  mode(options: Options): RunMode;
}

export function createRunner(signal: AbortSignal): CommandRunner {
  return {
    signal,
    mode: modeOf,
    action:
      (work) =>
      async (...given) => {
        const command = given.at(-1) as Command;
        const options = command.optsWithGlobals<Options>();
        const args = command.processedArgs.flat().filter((arg): arg is string => typeof arg === 'string');
        try {
          modeOf(options);
          process.exitCode = await withWorkspace(options as GlobalOptions, (session) => work(session, options, args));
        } catch (error) {
          createOutput({ json: options['json'] === true, stdout: process.stdout, stderr: process.stderr }).error(error);
          process.exitCode = exitCodeOf(error);
        }
      },
  };
}

function modeOf(options: Options): RunMode {
  const parsed = runModeSchema.safeParse(options['mode'] ?? 'auto');
  if (!parsed.success)
    throw new AppError({ code: 'cli.usage', message: `--mode ${String(options['mode'])}: it is strict, auto or dry-run.` });
  return parsed.data;
}
