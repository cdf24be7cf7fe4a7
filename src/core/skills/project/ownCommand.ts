// What lint.run and tests.run have in common: find the project's command, run it in a scratch copy, say why when it did not run.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { readProjectTree } from '#core/skills/project/projectText.ts';
import { DEFAULT_TIMEOUT_MS, type NotRun, type Ran, runCommand, whyNot } from '#core/skills/project/runCommand.ts';
import type { SkillContext, SkillResult } from '#core/skills/skill.ts';

export const commandArgs = z.strictObject({ timeoutMs: z.number().int().positive().max(3_600_000).optional() });

/** `exitCode` and `sandbox` are null when nothing ran; `reason` says why, or that the time limit ended it. */
export const commandOutput = z.object({
  ran: z.boolean(),
  command: z.string().nullable(),
  reason: z.string().nullable(),
  exitCode: z.number().int().nullable(),
  findings: z.array(findingSchema),
  truncated: z.number().int(),
  durationMs: z.number(),
  sandbox: z.enum(['bubblewrap', 'sandbox-exec', 'none']).nullable(),
});

export interface OwnCommand {
  readonly kind: 'test' | 'lint';
  readonly timeoutMs: number | undefined;
  readonly describe: (command: ProjectCommand, run: Ran) => Promise<SkillResult>;
  /** More fields of the output when nothing ran. */
  readonly nothing: { readonly [field: string]: 0 | readonly never[] };
}

export async function runOwnCommand(context: SkillContext, own: OwnCommand): Promise<SkillResult> {
  const tree = await readProjectTree(context.files, context.signal);
  const command = (await detectCommands(tree))[own.kind];
  const refused = await whyNot(context, command, own.kind);
  if (refused !== null || command === null) return notRun(own, refused);
  const scratch = await context.scratch.create({ signal: context.signal });
  try {
    const timeoutMs = own.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const run = await runCommand(context, { command, scratch, paths: tree.paths, timeoutMs });
    return run.ran ? await own.describe(command, run) : notRun(own, run);
  } finally {
    await scratch.dispose();
  }
}

function notRun({ kind, nothing }: OwnCommand, refused: NotRun | null): SkillResult {
  const reason = refused?.reason ?? `no ${kind} command was found in this project`;
  const output = {
    ran: false,
    command: refused?.command ?? null,
    reason,
    exitCode: null,
    ...nothing,
    findings: [],
    truncated: 0,
    durationMs: 0,
    sandbox: null,
  };
  return { output, summary: `${kind === 'test' ? 'tests' : 'the linter'} did not run: ${reason}` };
}
