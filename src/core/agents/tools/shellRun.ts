// shell.run: a command in the step's scratch copy, with the step's edits in it. Nothing it writes reaches the workspace.

import { z } from 'zod';
import { hasCode } from '#base/errors.ts';
import { commandAction } from '#core/agents/tools/commandAction.ts';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { MAX_FILE_BYTES } from '#core/agents/tools/changeSet.ts';
import { asData, benchOf, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { noSuchFolderError } from '#core/agents/tools/toolErrors.ts';
import type { ProcessResult, ScratchTree } from '#core/ports.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_TIMEOUT_MS = 1_800_000;
/** Bytes kept of each stream, head and tail. */
const MAX_STREAM_BYTES = 12_000;

const argsSchema = z.object({
  command: z.string().min(1).max(4_000).describe('A line for /bin/sh. It runs in a copy of the repository, without network.'),
  folder: pathArg.optional().describe('Where to run it, relative to the root. Default: the root.'),
  timeoutMs: z.number().int().positive().max(MAX_TIMEOUT_MS).optional().describe('Default 120,000.'),
  network: z.boolean().optional().describe('Ask for network access; a person decides. Default false.'),
  keep: z
    .array(pathArg)
    .max(50)
    .optional()
    .describe('Files the command writes that become edits of yours, for example what a formatter changed.'),
});

export const shellRun = defineTool<z.infer<typeof argsSchema>>({
  id: 'shell.run',
  description:
    'Runs a command in a scratch copy of the repository that has your edits in it. Only files named in `keep` come back, as edits.',
  args: argsSchema,
  risk: 'execute',
  available: () => true,
  title: ({ command }) => command,
  action: ({ command, folder = '.', network = false }, { step }) =>
    commandAction(step.processes, { tool: 'shell.run', title: `Run \`${command}\``, command, folder, network }),
  async run({ command, folder, timeoutMs = DEFAULT_TIMEOUT_MS, network = false, keep = [] }, context) {
    const { step, changes } = context;
    const { scratch, approvals } = benchOf(context);
    const tree = await scratch.with(changes.current());
    const policy = await step.processes.policy();
    const result = await step.processes.run({
      argv: ['/bin/sh', '-c', command],
      cwd: folder === undefined || /^\.?\/?$/.test(folder) ? tree.root : await folderIn(tree, folder),
      timeoutMs,
      maxOutputBytes: MAX_STREAM_BYTES,
      readOnly: tree.readOnly,
      network,
      signal: step.signal,
      approvedUnsandboxed: policy.kind === 'refused' && policy.noSandbox === true,
    });
    if (network || result.sandbox === 'none') await approvals.taint(`the output of ${command.slice(0, 80)}`);
    const kept = await keepFiles(keep, tree, context);
    return asData(`shell.run ${maskTokens(command).slice(0, 100)}`, report(result, timeoutMs)) + kept;
  },
});

async function folderIn(tree: ScratchTree, folder: string): Promise<string> {
  const stat = await tree.files.stat(folder);
  if (stat?.kind !== 'directory') throw noSuchFolderError(folder);
  return `${tree.root}/${folder}`;
}

function report(
  { exitCode, timedOut, overLimit, durationMs, sandbox, stdout, stderr, truncatedBytes }: ProcessResult,
  timeoutMs: number,
): string {
  const end = timedOut
    ? `ended after the limit of ${timeoutMs} ms`
    : overLimit !== undefined
      ? `ended: ${overLimit}`
      : exitCode === null
        ? 'ended by a signal'
        : `exit code ${exitCode}`;
  const cut = truncatedBytes === 0 ? '' : `, ${truncatedBytes} bytes of output left out in the middle`;
  const streams = [
    stdout.trimEnd() === '' ? '' : `stdout:\n${stdout.trimEnd()}`,
    stderr.trimEnd() === '' ? '' : `stderr:\n${stderr.trimEnd()}`,
  ];
  const said = streams.filter((text) => text !== '').join('\n') || 'no output';
  return maskTokens(`${end}, ${durationMs} ms, ${sandbox === 'none' ? 'no sandbox' : 'in the sandbox'}${cut}\n${said}`);
}

/** What the command made of these files becomes part of the step's edits, to be proposed like any other. */
async function keepFiles(paths: readonly string[], tree: ScratchTree, { changes }: ToolContext): Promise<string> {
  const notes: string[] = [];
  const why = { reason: 'Written by a command', citations: [] };
  for (const path of paths) {
    try {
      const stat = await tree.files.stat(path);
      if (stat !== null && (stat.kind !== 'file' || stat.sizeBytes > MAX_FILE_BYTES)) {
        notes.push(`${path} is ${stat.kind === 'file' ? 'too large' : 'no file'} and was not kept.`);
        continue;
      }
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await tree.files.read(path));
      await changes.adopt(path, text, why);
      notes.push(`${path} is now an edit of yours.`);
    } catch (error) {
      if (error instanceof TypeError) notes.push(`${path} is not UTF-8 text and was not kept.`);
      else if (hasCode(error, 'files.notFound')) notes.push(`${path} is not there after the command.`);
      else throw error;
    }
  }
  return notes.length === 0 ? '' : `\n${notes.join('\n')}`;
}
