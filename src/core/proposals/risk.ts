// How much a proposal could break: rules over what is known of it, each with its reason. No score, no guess.

import type { ProposalFileView, ProposalView } from '#protocol/proposal.ts';
import { protectionOf } from '#core/proposals/protectedPaths.ts';
import type { ReviewSheet, RiskLevel, RiskReason, VerdictLine } from '#protocol/review.ts';

/** Files that run with the rights of others, or decide what is installed: build servers, containers, hooks, manifests, locks, environments. */
const SENSITIVE =
  /(?:^|\/)(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci\.yml$|\.circleci\/|\.husky\/|Jenkinsfile$|Dockerfile|(?:docker-)?compose\.ya?ml$|\.env(?:\.|$)|\.npmrc$|package\.json$|[^/]*lock[^/]*\.(?:json|ya?ml)$|[^/]*\.lock$|go\.(?:mod|sum)$|requirements[^/]*\.txt$|pyproject\.toml$|setup\.(?:py|cfg)$|Cargo\.toml$|Makefile$)/i;
const TEST = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._-](?:test|spec)s?\.[^/]+$|(?:^|\/)test_[^/]+\.py$/i;
const CODE = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|cs|rb|php|swift|c|cc|cpp|h|hpp|scala|sql|vue|svelte)$/i;

/** Beyond these a person cannot take in a change at once. */
const MANY_FILES = 10;
const MANY_LINES = 300;
const TOO_MANY_LINES = 1_000;
const PATHS_SHOWN = 20;
const ORDER: readonly RiskLevel[] = ['low', 'medium', 'high'];

/** The reasons, worst first. A proposal without one is of low risk. */
export function riskOf(proposal: ProposalView, verdicts: readonly VerdictLine[]): ReviewSheet['risk'] {
  const reasons = [...checkReasons(proposal, verdicts), ...sizeReasons(proposal), ...fileReasons(proposal)];
  const sorted = reasons.toSorted((a, b) => ORDER.indexOf(b.level) - ORDER.indexOf(a.level));
  return { level: sorted[0]?.level ?? 'low', reasons: sorted };
}

function checkReasons({ verification }: ProposalView, verdicts: readonly VerdictLine[]): readonly RiskReason[] {
  const reasons: RiskReason[] = [];
  const failed = verification?.checks.filter(({ passed }) => !passed).length ?? 0;
  const objections = verdicts.filter(({ verdict }) => verdict === 'objects').length;
  if (verification?.passed === false) reasons.push(reason('checksFailed', 'high', failed));
  if (objections > 0) reasons.push(reason('objected', 'high', objections));
  if (verification === null) reasons.push(reason('notChecked', 'medium', 0));
  if (verification?.outdated === true) reasons.push(reason('checksOutdated', 'medium', verification.checks.length));
  return reasons;
}

function sizeReasons({ files, added, removed }: ProposalView): readonly RiskReason[] {
  const reasons: RiskReason[] = [];
  const lines = added + removed;
  if (files.length > MANY_FILES) reasons.push(reason('manyFiles', 'medium', files.length));
  if (lines > MANY_LINES) reasons.push(reason('manyLines', lines > TOO_MANY_LINES ? 'high' : 'medium', lines));
  return reasons;
}

function fileReasons({ files }: ProposalView): readonly RiskReason[] {
  const reasons: RiskReason[] = [];
  const about = (code: RiskReason['code'], level: RiskLevel, some: readonly ProposalFileView[]): void => {
    const paths = some.map(({ path }) => path);
    if (paths.length > 0) reasons.push({ code, level, count: paths.length, paths: paths.slice(0, PATHS_SHOWN) });
  };
  about(
    'protectedPaths',
    'high',
    files.filter(({ path, oldPath }) => [path, oldPath ?? ''].some((name) => SENSITIVE.test(name) || protectionOf(name) !== null)),
  );
  about(
    'deletesFiles',
    'medium',
    files.filter(({ kind }) => kind === 'delete'),
  );
  about(
    'changedSince',
    'medium',
    files.filter(({ disk, kind }) => disk === 'changed' || (disk === 'missing' && kind !== 'create' && kind !== 'delete')),
  );
  const code = files.filter(({ path }) => CODE.test(path) && !TEST.test(path));
  if (!files.some(({ path }) => TEST.test(path))) about('noTestTouched', 'low', code);
  return reasons;
}

function reason(code: RiskReason['code'], level: RiskLevel, count: number): RiskReason {
  return { code, level, count, paths: [] };
}
