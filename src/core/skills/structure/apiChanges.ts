// api.changes: public definitions that were removed or changed between two commits.

import { z } from 'zod';
import type { SimpleGit } from 'simple-git';
import { throwIfAborted } from '#base/abort.ts';
import { findingSchema } from '#protocol/finding.ts';
import { languageOf } from '#core/skills/rules/languages.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { inspectRepository, openGit } from '#core/skills/history/safeGit.ts';
import { defineSkill, type Skill, type SkillContext, type SkillResult } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isGeneratedPath, isTestPath } from '#core/skills/source/generated.ts';
import { citeLine, indexLines } from '#core/skills/source/lines.ts';
import { type ApiChange, compareApi } from '#core/skills/structure/apiDiff.ts';
import { outlineText } from '#core/skills/structure/readOutlines.ts';

const MAX_FILES = 3_000;

/** Not for others: Go refuses to compile it, elsewhere it is what the name says. */
const INTERNAL = /(?:^|\/)(?:internal|_internal|impl)\//;

/** A commit, branch or tag; never an option of git. */
const refSchema = z.string().regex(/^(?!-)[^\s~^:?*[\\]{1,200}(?:[~^]\d{0,4})*$/, 'Name a commit, a branch or a tag.');

const argsSchema = z.strictObject({
  /** Default: the newest tag before `to`. */
  from: refSchema.nullish(),
  /** Default: HEAD. */
  to: refSchema.nullish(),
});

const entrySchema = z.object({ path: z.string(), name: z.string(), before: z.string().nullable(), after: z.string().nullable() });
const outputSchema = z.object({
  findings: z.array(findingSchema),
  from: z.string().nullable(),
  to: z.string().nullable(),
  removed: z.array(entrySchema),
  changed: z.array(entrySchema),
  added: z.array(entrySchema),
  /** What semantic versioning asks for if all of it is public; null when nothing could be compared. */
  suggests: z.enum(['major', 'minor', 'patch']).nullable(),
  filesCompared: z.number(),
  reason: z.string().nullable(),
  truncated: z.number(),
});

export function apiChangesSkill(engine: SyntaxEngine): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'api.changes',
    title: 'API changes',
    description:
      'Exported functions, types and members that were removed, changed or added between two commits, by their signatures; what that means for the version.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const git = openGit(context.files.root, context.signal);
      const repository = await inspectRepository(git, context.signal);
      if (repository.kind === 'none') return nothing(repository.reason);
      const to = await commitOf(git, args.to ?? 'HEAD', context.signal);
      if (to === null) return nothing(`${args.to ?? 'HEAD'} is no commit of this repository.`);
      const start = args.from ?? (await newestTag(git, to, context.signal));
      if (start === null) return nothing('There is no tag to compare with. Name a commit to start from.');
      const from = await commitOf(git, start, context.signal);
      if (from === null) return nothing(`${start} is no commit of this repository.`);
      return compare(engine, context, { git, from, to, names: `${start} and ${args.to ?? 'HEAD'}` });
    },
  });
}

interface Range {
  readonly git: SimpleGit;
  readonly from: string;
  readonly to: string;
  readonly names: string;
}

async function compare(engine: SyntaxEngine, context: SkillContext, { git, from, to, names }: Range): Promise<SkillResult> {
  const files = changedFiles(await git.raw(['diff', '--name-status', '--no-renames', '-z', from, to]));
  const list = new FindingList('api.changes');
  const entries = { removed: [] as Entry[], changed: [] as Entry[], added: [] as Entry[] };
  for (const [at, { path, status }] of files.entries()) {
    throwIfAborted(context.signal);
    context.progress('Comparing files', at + 1, files.length);
    const before = status === 'A' ? null : await textAt(git, from, path);
    const after = status === 'D' ? null : await textAt(git, to, path);
    const changes = compareApi(
      before === null ? null : await outlineText(engine, path, before),
      after === null ? null : await outlineText(engine, path, after),
    );
    for (const change of changes) {
      entries[change.kind].push(entryOf(path, change));
      if (change.kind !== 'added')
        list.add({ ...claim(change, path, names), citations: citations({ path, after, change }) }, nameOf(change));
    }
  }
  const breaking = entries.removed.length + entries.changed.length;
  const suggests = breaking > 0 ? 'major' : entries.added.length > 0 ? 'minor' : 'patch';
  const figures = { from, to, ...entries, suggests, filesCompared: files.length, reason: null };
  const summary = `${count(entries.removed.length, 'definition')} removed, ${entries.changed.length} changed, ${entries.added.length} added between ${names}: ${suggests} by semantic versioning`;
  return { output: toJson({ ...list.result(), ...figures }), summary };
}

type Entry = z.infer<typeof entrySchema>;

function entryOf(path: string, change: ApiChange): Entry {
  return {
    path,
    name: nameOf(change),
    before: change.kind === 'added' ? null : change.before.signature,
    after: change.kind === 'removed' ? null : change.after.signature,
  };
}

function nameOf(change: ApiChange): string {
  return change.kind === 'added' ? change.after.name : change.before.name;
}

function claim(change: Exclude<ApiChange, { kind: 'added' }>, path: string, names: string): Omit<NewFinding, 'citations'> {
  const { name, kind, signature } = change.before;
  if (change.kind === 'removed') {
    return {
      rule: 'removed-api',
      severity: 'high',
      category: 'correctness',
      title: `${name} is gone from ${path}`,
      message: `Between ${names} this exported ${kind} was removed, moved or is no longer exported; whoever uses it fails. It was: ${signature}`,
    };
  }
  return {
    rule: 'changed-api',
    severity: 'medium',
    category: 'correctness',
    title: `${name} has another signature`,
    message: `Between ${names} this exported ${kind} changed; check that callers of the old form still work. Before: ${signature} After: ${change.after.signature}`,
  };
}

/** A removed definition is cited where its file begins, if that is still there. */
function citations({
  path,
  after,
  change,
}: {
  readonly path: string;
  readonly after: string | null;
  readonly change: ApiChange;
}): NewFinding['citations'] {
  if (after === null) return [];
  const lines = indexLines(after);
  return [citeLine({ path, lines }, change.kind === 'removed' ? 1 : lines.position(change.after.start).line)];
}

function changedFiles(text: string): readonly { readonly status: string; readonly path: string }[] {
  const parts = text.split('\0');
  const files: { status: string; path: string }[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [status = '', path = ''] = [parts[at], parts[at + 1]];
    if (languageOf(path) !== null && !isTestPath(path) && !isGeneratedPath(path) && !INTERNAL.test(path))
      files.push({ status: status.slice(0, 1), path });
  }
  return files.slice(0, MAX_FILES);
}

async function textAt(git: SimpleGit, commit: string, path: string): Promise<string | null> {
  const text = await git.raw(['cat-file', 'blob', `${commit}:${path}`]);
  return text.includes('\0') ? null : text;
}

/** Null when there is no such commit. */
async function commitOf(git: SimpleGit, ref: string, signal: AbortSignal): Promise<string | null> {
  return answer(() => git.raw(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]), signal);
}

/** The newest tag that is not `to` itself. */
async function newestTag(git: SimpleGit, to: string, signal: AbortSignal): Promise<string | null> {
  return answer(() => git.raw(['describe', '--tags', '--abbrev=0', `${to}^`]), signal);
}

/** git says no by failing: an unknown ref, no tag at all. */
async function answer(ask: () => Promise<string>, signal: AbortSignal): Promise<string | null> {
  try {
    return (await ask()).trim() || null;
  } catch {
    throwIfAborted(signal);
    return null;
  }
}

function nothing(reason: string): SkillResult {
  const empty = { findings: [], truncated: 0, from: null, to: null, removed: [], changed: [], added: [] };
  return { output: toJson({ ...empty, suggests: null, filesCompared: 0, reason }), summary: reason };
}
