// Line-based manifests: requirements.txt, go.mod, Cargo.toml, Dockerfile.

import type { Finding } from '#protocol/finding.ts';
import type { NewFinding } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import type { Source } from '#core/skills/source/readSources.ts';

type Check = (line: string, context: LineContext) => Problem | null;
interface Problem {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly title: string;
  readonly message: string;
}
interface LineContext {
  /** The lines before this one. */
  readonly before: readonly string[];
}

export interface LineManifest {
  readonly kind: 'pip' | 'go' | 'cargo' | 'docker';
  readonly matches: RegExp;
  readonly check: Check;
  /** Lines that name a dependency, for the count. */
  readonly dependency: RegExp;
}

export const LINE_MANIFESTS: readonly LineManifest[] = [
  {
    kind: 'pip',
    matches: /(?:^|\/)requirements(?:[-_.]?[\w-]*)?\.txt$|(?:^|\/)requirements\/[\w-]+\.txt$/,
    check: checkPip,
    dependency: /^[A-Za-z0-9]/,
  },
  { kind: 'go', matches: /(?:^|\/)go\.mod$/, check: checkGo, dependency: /^\s*(?:require\s+)?[\w.-]+\.[a-z]+\/\S+\s+v\d/ },
  {
    kind: 'cargo',
    matches: /(?:^|\/)Cargo\.toml$/,
    check: checkCargo,
    dependency: /^[\w-]+\s*=\s*(?:"[\d^~=*]|\{.*(?:version|git|path)\s*=)/,
  },
  {
    kind: 'docker',
    matches: /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.dockerfile$/i,
    check: checkDocker,
    dependency: /^\s*FROM\s/i,
  },
];

export function checkLines(manifest: LineManifest, source: Source): readonly NewFinding[] {
  const before: string[] = [];
  const findings: NewFinding[] = [];
  for (let line = 1; line <= source.lines.count; line += 1) {
    const text = source.lines.text(line);
    const problem = manifest.check(text, { before });
    if (problem !== null) findings.push({ ...problem, category: 'dependencies', citations: [citeLine(source, line)] });
    before.push(text);
  }
  return findings;
}

function checkPip(line: string): Problem | null {
  const text = line.replace(/\s+#.*$/, '').trim();
  if (/^(?:-i|--index-url|--extra-index-url|-f|--find-links)[\s=]+http:\/\//.test(text) || /@\s*(?:git\+)?http:\/\//.test(text)) {
    return insecure('Packages are fetched without TLS');
  }
  if (text.startsWith('--extra-index-url')) {
    const message =
      'pip takes the highest version of a name from either index, so a public package can replace a private one. Use --index-url alone.';
    return { rule: 'extra-index', severity: 'medium', title: 'Two package indexes are mixed', message };
  }
  if (/\bgit\+\S+/.test(text) && !/@[0-9a-f]{40}\b/.test(text)) return gitNotPinned(text.replace(/^-e\s+/, '').slice(0, 80));
  const name = /^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:;.*)?$/.exec(text)?.[1];
  if (name === undefined) return null;
  const message = 'The next install takes whatever is newest. Pin it (==), or keep a lockfile made by pip-compile or uv.';
  return { rule: 'range-open', severity: 'low', title: `${name} accepts any version`, message };
}

function checkGo(line: string, { before }: LineContext): Problem | null {
  const replaced = /^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}\/\S*|\/\S+)\s*(?:\/\/.*)?$/.exec(line);
  if (!replaced || (!line.trimStart().startsWith('replace') && !openBlock(before, 'replace'))) return null;
  const inside = replaced[2]?.startsWith('./') ?? false;
  const message = 'Whoever depends on this module does not get the replacement, and a build elsewhere does not find the folder.';
  return { rule: 'local-replace', severity: inside ? 'info' : 'medium', title: `${replaced[1]} is replaced by ${replaced[2]}`, message };
}

function openBlock(before: readonly string[], keyword: string): boolean {
  const opened = before.findLastIndex((line) => new RegExp(`^${keyword}\\s*\\(`).test(line));
  return opened !== -1 && !before.slice(opened).some((line) => line.trim() === ')');
}

function checkCargo(line: string, { before }: LineContext): Problem | null {
  const section = before.findLast((text) => /^\s*\[/.test(text)) ?? '';
  if (!/dependencies(?:\.[\w-]+)?\]/.test(section)) return null;
  const name = /^\s*([\w-]+)\s*=/.exec(line)?.[1] ?? '';
  if (/=\s*"\*"/.test(line)) {
    const message = 'Cargo takes whatever is newest, and crates.io refuses a package with such a dependency. Give a version.';
    return { rule: 'range-open', severity: 'medium', title: `${name} accepts any version ("*")`, message };
  }
  return /\bgit\s*=\s*"/.test(line) && !/\brev\s*=|\btag\s*=/.test(line) ? gitNotPinned(name) : null;
}

function checkDocker(line: string, { before }: LineContext): Problem | null {
  const match = /^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)/i.exec(line);
  const image = match?.[1];
  if (image === undefined || image === 'scratch' || image.includes('$') || image.includes('@sha256:')) return null;
  const stages = before.flatMap((text) => /^\s*FROM\s.*\sAS\s+(\S+)/i.exec(text)?.[1]?.toLowerCase() ?? []);
  if (stages.includes(image.toLowerCase())) return null;
  const tag = /:([\w.-]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return null;
  const message = 'The same Dockerfile builds something else tomorrow. Name a version, or a digest.';
  return { rule: 'image-not-pinned', severity: 'low', title: `The image ${image} has no fixed version`, message };
}

function insecure(title: string): Problem {
  return { rule: 'insecure-source', severity: 'high', title, message: 'Anyone on the way can replace the code. Use https.' };
}

function gitNotPinned(name: string): Problem {
  const message = 'A branch can move. Name the commit.';
  return { rule: 'git-not-pinned', severity: 'medium', title: `${name} follows a git branch`, message };
}
