// GitHub Actions workflows: who can make them run something, with which rights, and what they pull in.
// After GitHub's "Security hardening for GitHub Actions" and the Security Lab's series "Keeping your GitHub Actions and workflows secure".

import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import type { NewFinding } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { hashBytes, type Source } from '#core/skills/source/readSources.ts';

export function isGitHubWorkflow(path: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) || /(?:^|\/)action\.ya?ml$/.test(path);
}

/** What strangers write and the run's shell reads. */
const UNTRUSTED =
  /\$\{\{[^}]*\b(?:github\.event\.(?:issue|pull_request|comment|review|review_comment|discussion|head_commit|workflow_run)\b[^}]*\.(?:title|body|message|ref|label|name|email|login|default_branch|head_branch)|github\.event\.(?:commits|pages)\b|github\.head_ref)\b[^}]*\}\}/;
const HEAD_OF_FORK = /github\.event\.pull_request\.head|github\.head_ref|refs\/pull\//;
/** Signs that a job writes with the token: then nobody but a person can say which rights it needs. */
const WRITES =
  /GITHUB_TOKEN|github\.token|git push|\bgh (?:api|issue|pr|release)\b|publish|deploy|release|sarif|gh-pages|label|stale|comment/i;
const PINNED = /@[0-9a-f]{40}$/;

interface Place {
  readonly source: Source;
  readonly lineOf: (node: unknown) => number;
  readonly found: NewFinding[];
}

/** Nothing for YAML that cannot be read: GitHub says so itself. */
export function checkWorkflow(source: Source): readonly NewFinding[] {
  const counter = new LineCounter();
  const document = parseDocument(source.text, { lineCounter: counter, uniqueKeys: false });
  if (document.errors.length > 0 || !isMap(document.contents)) return [];
  const lineOf = (node: unknown): number => counter.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const place: Place = { source, lineOf, found: [] };
  const root = document.contents;
  const triggers = namesIn(at(root, 'on'));
  visit(document, {
    Pair(_key, pair) {
      if (!isScalar(pair.key) || !isScalar(pair.value) || typeof pair.value.value !== 'string') return;
      if (pair.key.value === 'uses') checkUses(place, pair.value.value, pair.value);
      if (pair.key.value === 'run') checkScript(place, pair.value.value, pair.value);
    },
  });
  if (at(root, 'jobs') !== undefined) checkRights(place, root, triggers);
  return place.found;
}

function checkUses(place: Place, uses: string, node: unknown): void {
  if (uses.startsWith('./') || uses.startsWith('docker://') || PINNED.test(uses)) return;
  const official = /^(?:actions|github)\//.test(uses);
  const floating = !uses.includes('@') || /@(?:main|master|HEAD|develop|latest)$/.test(uses);
  if (official && !floating) return;
  report(place, node, {
    rule: 'unpinned-action',
    severity: floating ? 'medium' : 'low',
    category: 'security',
    title: `${uses} can change under the same name`,
    message:
      'Whoever can move that tag or branch runs code with the rights and secrets of this workflow. Name the full commit, with the version in a comment.',
  });
}

function checkScript(place: Place, script: string, node: unknown): void {
  const untrusted = UNTRUSTED.exec(script);
  if (untrusted !== null) {
    report(place, node, {
      rule: 'script-injection',
      severity: 'high',
      category: 'security',
      title: `${untrusted[0].replace(/\s+/g, ' ')} is pasted into a script`,
      message:
        'A title or branch name such as "; curl … | sh" becomes part of the command. Put the value into env: and use the variable, in quotes.',
    });
  }
  if (/\b(?:curl|wget)\b[^|;&\n]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b/.test(script)) {
    report(place, node, {
      rule: 'pipe-to-shell',
      severity: 'medium',
      category: 'security',
      title: 'What a server sends is run unseen',
      message: 'Download it, compare a checksum, then run it.',
    });
  }
}

function checkRights(place: Place, root: YAMLMap, triggers: readonly string[]): void {
  const jobs = at(root, 'jobs');
  const entries = isMap(jobs) ? jobs.items.map((pair) => pair.value).filter((job): job is YAMLMap => isMap(job)) : [];
  const open = [root, ...entries].find((one) => value(at(one, 'permissions')) === 'write-all');
  if (open !== undefined) {
    report(place, at(open, 'permissions'), {
      rule: 'write-all',
      severity: 'medium',
      category: 'security',
      title: 'The token of this workflow may write everything',
      message: 'Name only the permissions that a step needs; contents: read is enough for most.',
    });
  } else if (at(root, 'permissions') === undefined && entries.some((job) => at(job, 'permissions') === undefined)) {
    report(place, jobs, {
      rule: 'no-permissions',
      severity: 'low',
      category: 'security',
      title: 'The rights of the token are what the repository happens to allow',
      message: 'In older repositories that is writing everything. Say permissions: at the top, with contents: read to begin with.',
      ...leastRights(place.source, root, entries),
    });
  }
  if (!triggers.includes('pull_request_target') && !triggers.includes('workflow_run')) return;
  visit(root, {
    Map(_key, step) {
      const uses = value(at(step, 'uses'));
      const inputs = at(step, 'with');
      const ref = isMap(inputs) ? value(at(inputs, 'ref')) : undefined;
      if (typeof uses !== 'string' || !uses.startsWith('actions/checkout') || typeof ref !== 'string' || !HEAD_OF_FORK.test(ref)) return;
      report(place, step, {
        rule: 'runs-code-of-forks',
        severity: 'critical',
        category: 'security',
        title: 'Code of strangers is checked out where the secrets are',
        message:
          'pull_request_target and workflow_run have the secrets and the write token of the repository. A pull request from a fork that changes a build script takes them. Use pull_request, or do not build what is checked out.',
      });
    },
  });
}

/** Reading is enough for a workflow whose jobs neither name rights nor use the token. */
function leastRights(source: Source, root: YAMLMap, jobs: readonly YAMLMap[]): Pick<NewFinding, 'fix'> {
  const key = root.items.find((pair) => isScalar(pair.key) && pair.key.value === 'jobs')?.key;
  const start = isScalar(key) ? key.range?.[0] : undefined;
  const asks = WRITES.test(source.text.slice(start ?? 0));
  if (start === undefined || asks || jobs.some((job) => at(job, 'permissions') !== undefined)) return {};
  const end = source.text.includes('\r\n') ? '\r\n' : '\n';
  const newText = `permissions:${end}  contents: read${end}${end}`;
  const description = 'Let the token of this workflow read and no more.';
  return { fix: { path: source.path, baseHash: hashBytes(source.bytes), start, end: start, newText, description } };
}

function report(place: Place, node: unknown, finding: Omit<NewFinding, 'citations'>): void {
  place.found.push({ ...finding, citations: [citeLine(place.source, place.lineOf(node))] });
}

function at(map: YAMLMap, key: string): unknown {
  // A bare `on` is the boolean true in YAML 1.1, and a text in 1.2.
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.value ?? undefined;
}

function value(node: unknown): unknown {
  return isScalar(node) ? node.value : undefined;
}

function namesIn(node: unknown): readonly string[] {
  if (isScalar(node)) return [String(node.value)];
  if (isSeq(node)) return node.items.flatMap(namesIn);
  return isMap(node) ? node.items.flatMap((pair) => namesIn(pair.key)) : [];
}
