// change.verify: applies each open proposal to a fresh scratch copy and checks what it claims to leave whole.

import { z } from 'zod';
import type { ProposalView } from '#protocol/proposal.ts';
import type { ScratchTree } from '#core/ports.ts';
import { type Check, lintCheck, parseChecks, testCheck } from '#core/skills/project/checks.ts';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import { type ProjectTree, readProjectTree } from '#core/skills/project/projectText.ts';
import { DEFAULT_TIMEOUT_MS } from '#core/skills/project/runCommand.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, toJson } from '#core/skills/source/findingList.ts';

/** One more check of the changed files in the scratch copy; null when it has nothing to say about them. Throws only for broken promises. */
export type VerifyCheck = (scratch: ScratchTree, changedPaths: readonly string[], context: SkillContext) => Promise<Check | null>;

interface Verified {
  readonly proposal: ProposalView;
  readonly checks: readonly Check[];
}

/**
 * Checks, cheapest first: JSON and YAML still parse, the injected `checks`, the linter and the tests (only when an earlier
 * step of the run under `lint` or `tests` ran them, and judged against what failed then). The first failure of a kind
 * does not stop the others. A dry run starts no commands: it checks what parses.
 */
export function changeVerify(checks: readonly VerifyCheck[]): Skill {
  return defineSkill({
    id: 'change.verify',
    title: 'Verify proposals',
    description:
      'Applies each open proposal of this run to a fresh scratch copy and runs the checks again; records the outcome on the proposal.',
    args: z.strictObject({ proposals: z.array(z.string()).optional(), timeoutMs: z.number().int().positive().max(3_600_000).optional() }),
    output: z.object({
      passed: z.boolean(),
      checks: z.array(z.object({ proposal: z.string(), name: z.string(), passed: z.boolean(), detail: z.string() })),
      failed: z.array(z.object({ proposal: z.string(), paths: z.array(z.string()), reason: z.string() })),
    }),
    risk: 'scratch',
    async run(args, context) {
      const open = await context.proposals.ofRun();
      const wanted = args.proposals === undefined ? open : open.filter((proposal) => args.proposals?.includes(proposal.id));
      const tree = await readProjectTree(context.files, context.signal);
      const verified: Verified[] = [];
      for (const proposal of wanted) {
        context.progress(`Verifying: ${proposal.title}`, verified.length, wanted.length);
        const result = await verifyOne(context, { proposal, tree, checks, timeoutMs: args.timeoutMs ?? DEFAULT_TIMEOUT_MS });
        await context.proposals.verify(proposal.id, { passed: result.every((check) => check.passed), checks: result });
        verified.push({ proposal, checks: result });
      }
      return summarise(verified);
    },
  });
}

function summarise(verified: readonly Verified[]): { output: ReturnType<typeof toJson>; summary: string } {
  const failed = verified.flatMap(({ proposal, checks }) => {
    const reasons = checks.filter((check) => !check.passed).map((check) => `${check.name}: ${check.detail}`);
    return reasons.length === 0 ? [] : [{ proposal: proposal.id, paths: pathsOf(proposal), reason: reasons.join('\n') }];
  });
  const checks = verified.flatMap((one) => one.checks.map((check) => ({ proposal: one.proposal.id, ...check })));
  const passed = verified.length - failed.length;
  const summary = verified.length === 0 ? 'no proposal to verify' : `${passed} of ${count(verified.length, 'proposal')} verified`;
  return { output: toJson({ passed: failed.length === 0, checks, failed }), summary };
}

interface Verification {
  readonly proposal: ProposalView;
  readonly tree: ProjectTree;
  readonly checks: readonly VerifyCheck[];
  readonly timeoutMs: number;
}

async function verifyOne(context: SkillContext, verification: Verification): Promise<readonly Check[]> {
  const { proposal, tree, timeoutMs } = verification;
  const texts = await proposedTexts(context, proposal);
  const parsed = parseChecks(texts);
  if (context.mode === 'dry-run') return parsed;
  const scratch = await context.scratch.create({ signal: context.signal });
  try {
    for (const [path, { after }] of texts) await scratch.write(path, after === null ? null : Buffer.from(after, 'utf8'));
    const commands = await detectCommands(tree);
    const found: (Check | null)[] = [...parsed];
    for (const check of verification.checks) found.push(await check(scratch, [...texts.keys()], context));
    const paths = new Set([...tree.paths, ...texts.keys()]);
    found.push(await lintCheck(context, { command: commands.lint, scratch, paths, timeoutMs }));
    found.push(await testCheck(context, { command: commands.test, scratch, paths, timeoutMs }));
    return found.filter((check) => check !== null);
  } finally {
    await scratch.dispose();
  }
}

export interface ChangedText {
  readonly before: string | null;
  /** Null: the file goes. */
  readonly after: string | null;
}

async function proposedTexts(context: SkillContext, proposal: ProposalView): Promise<ReadonlyMap<string, ChangedText>> {
  const texts = new Map<string, ChangedText>();
  for (const file of proposal.files) {
    const before = await context.proposals.text(proposal.id, file.path, 'base');
    if (file.oldPath !== null && file.oldPath !== file.path) texts.set(file.oldPath, { before, after: null });
    const after = file.kind === 'delete' ? null : await context.proposals.text(proposal.id, file.path, 'proposed');
    texts.set(file.path, { before, after });
  }
  return texts;
}

function pathsOf(proposal: ProposalView): readonly string[] {
  return proposal.files.map((file) => file.path);
}
