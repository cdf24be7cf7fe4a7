// Dockerfiles, line by line: what makes an image unsafe, unrepeatable or large.
// After Docker's own advice (docs.docker.com/build/building/best-practices) and the CIS Docker Benchmark 1.6, section 4.

import type { NewFinding } from '#core/skills/source/findingList.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { hashBytes, type Source } from '#core/skills/source/readSources.ts';

interface Instruction {
  readonly word: string;
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  readonly endLine: number;
}

type Claim = Pick<NewFinding, 'severity' | 'category' | 'title' | 'message'> & {
  /** Replaces the first match within the instruction. */
  readonly mend?: { readonly from: RegExp; readonly to: string; readonly description: string };
};
type Say = (rule: string, at: Instruction, claim: Claim) => void;

export function isDockerfile(path: string): boolean {
  return (
    /(?:^|\/)(?:Docker|Container)file(?:[.-][\w.-]+)?$|\.(?:docker|container)file$/.test(path) &&
    !/\.(?:md|[cm]?[jt]sx?|py|go|rs|java)$/.test(path)
  );
}

/** `hasIgnoreFile`: a `.dockerignore` stands beside it or at the root. */
export function checkDockerfile(source: Source, { hasIgnoreFile }: { readonly hasIgnoreFile: boolean }): readonly NewFinding[] {
  const instructions = parse(source);
  const found: NewFinding[] = [];
  const say: Say = (rule, at, { mend, ...claim }) => {
    const fix = mend === undefined ? null : fixOf(source, at, mend);
    found.push({ rule, ...claim, citations: [citeLine(source, at.line, at.endLine)], ...(fix !== null && { fix }) });
  };
  const stages = new Set<string>();
  for (const one of instructions) {
    if (one.word === 'FROM') checkBase(one, stages, say);
    if (one.word === 'RUN') checkRun(one, say);
    if (one.word === 'ENV' || one.word === 'ARG') checkSecret(one, say);
    if (one.word === 'ADD') checkAdd(one, say);
    if (one.word === 'COPY' && /^(?:--\S+\s+)*\.\/?\s+\S+$/.test(one.text) && !hasIgnoreFile) {
      say('copies-everything', one, {
        severity: 'medium',
        category: 'security',
        title: 'The whole folder goes into the image, and no .dockerignore keeps anything out',
        message:
          'Keys, .env files and the history of git end up in a layer that everybody can read who gets the image. Add a .dockerignore.',
      });
    }
  }
  checkUser(instructions, say);
  return found;
}

function checkBase(from: Instruction, stages: Set<string>, say: Say): void {
  const [, image = '', name] = /^(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/i.exec(from.text) ?? [];
  const known = stages.has(image.toLowerCase());
  if (name !== undefined) stages.add(name.toLowerCase());
  if (known || image === 'scratch' || image.includes('$') || image.includes('@sha256:')) return;
  const tag = /:([\w.-]+)$/.exec(image)?.[1];
  if (tag !== undefined && tag !== 'latest') return;
  say('floating-base-image', from, {
    severity: 'medium',
    category: 'dependencies',
    title: `${image} is another image every time it is moved`,
    message: 'The same file builds something else tomorrow. Name a version, and its digest (@sha256:…) where builds must repeat.',
  });
}

function checkRun(run: Instruction, say: Say): void {
  if (/\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo\s+)?(?:\S*\/)?(?:ba|z|da)?sh\b/.test(run.text)) {
    say('pipe-to-shell', run, {
      severity: 'high',
      category: 'security',
      title: 'What a server sends is run unseen',
      message: 'Whoever holds the server, or stands on the way, runs code in the image. Download, compare a checksum, then run.',
    });
  }
  if (/\bapt(?:-get)?\s+(?:-\S+\s+)*install\b/.test(run.text) && !/(?:^|[^\w-])(?:-y|-qq?y|-yq+|--yes|--assume-yes)\b/.test(run.text)) {
    say('install-asks', run, {
      severity: 'low',
      category: 'correctness',
      title: 'apt-get install waits for an answer that nobody gives',
      message: 'Without -y the build stops as soon as something has to be confirmed.',
      mend: { from: /\binstall\b/, to: 'install -y', description: 'Answer with -y.' },
    });
  }
  if (/\bapt-get\s+update\b/.test(run.text) && !/\bapt(?:-get)?\s+(?:-\S+\s+)*install\b/.test(run.text)) {
    say('update-alone', run, {
      severity: 'low',
      category: 'correctness',
      title: 'apt-get update stands in a layer of its own',
      message:
        'The layer is kept while the next one is built anew: old package lists, then "404 Not Found". Put update and install into one RUN.',
    });
  }
  if (/\bchmod\s+(?:-R\s+)?(?:0?777|a\+rwx)\b/.test(run.text)) {
    say('world-writable', run, {
      severity: 'medium',
      category: 'security',
      title: 'Everybody in the container may change these files',
      message: 'Give the files to the user that runs the program instead.',
    });
  }
}

function checkSecret(one: Instruction, say: Say): void {
  const match = /(?:^|\s)(\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*)(?:=|\s+)("?)(?!\$|\s|"")([^\s"]{4,})/i.exec(
    one.text,
  );
  if (match === null || /(?:_FILE|_PATH)$/i.test(match[1] ?? '')) return;
  say('secret-in-image', one, {
    severity: 'high',
    category: 'security',
    title: `${match[1]} is written into the image`,
    message:
      'Everybody who gets the image can read it, also when a later layer removes it. Use a build secret (RUN --mount=type=secret) or give it when the container starts.',
  });
}

function checkAdd(add: Instruction, say: Say): void {
  const remote = /^(?:--\S+\s+)*https?:\/\//i.test(add.text);
  if (remote && /--checksum=/.test(add.text)) return;
  if (!remote && /\.(?:tar(?:\.\w+)?|tgz|txz)\b/i.test(add.text)) return;
  say(remote ? 'add-remote' : 'add-instead-of-copy', add, {
    severity: remote ? 'medium' : 'info',
    category: remote ? 'security' : 'quality',
    title: remote ? 'A file from the network is put into the image unchecked' : 'ADD does more than copying',
    message: remote
      ? 'Say --checksum=sha256:…, so that the build fails when the server sends something else.'
      : 'It unpacks archives and fetches addresses. COPY says what is meant.',
    ...(!remote && { mend: { from: /\bADD\b/i, to: 'COPY', description: 'Copy with COPY.' } }),
  });
}

/** Null when the text does not stand there as it was read, in a continued line for example. */
function fixOf(source: Source, at: Instruction, { from, to, description }: NonNullable<Claim['mend']>): NewFinding['fix'] | null {
  const start = source.lines.start(at.line);
  const match = from.exec(source.text.slice(start, source.lines.start(at.endLine + 1)));
  if (match === null) return null;
  const place = { start: start + match.index, end: start + match.index + match[0].length };
  return { path: source.path, baseHash: hashBytes(source.bytes), ...place, newText: to, description };
}

/** The last stage is what runs. */
function checkUser(instructions: readonly Instruction[], say: Say): void {
  const start = instructions.findLastIndex((one) => one.word === 'FROM');
  const last = instructions.slice(start);
  const from = last[0];
  if (from === undefined || start === -1 || /(?:^|[/:-])(?:nonroot|rootless|scratch)\b/.test(from.text)) return;
  const user = last.findLast((one) => one.word === 'USER');
  if (user !== undefined && !/^(?:root|0)(?::|$)/.test(user.text)) return;
  const starts = last.find((one) => one.word === 'CMD' || one.word === 'ENTRYPOINT');
  if (user === undefined && starts === undefined) return;
  say('runs-as-root', user ?? from, {
    severity: 'medium',
    category: 'security',
    title: 'The program runs as root',
    message:
      'Who breaks out of the program is root in the container, and one mistake away from the host. Create a user and name it with USER.',
  });
}

/** Instructions with continued lines joined; comments and the bodies of here-documents belong to no line of their own. */
function parse(source: Source): readonly Instruction[] {
  const found: Instruction[] = [];
  for (let line = 1; line <= source.lines.count; line += 1) {
    const head = /^\s*([A-Za-z]+)\s+(.*)$/.exec(source.lines.text(line));
    if (head === null) continue;
    const parts = [head[2] ?? ''];
    let end = line;
    while (/\\\s*$/.test(parts.at(-1) ?? '') && end < source.lines.count) {
      end += 1;
      const next = source.lines.text(end);
      parts.push(/^\s*#/.test(next) ? '\\' : next);
    }
    const marker = /<<-?["']?(\w+)/.exec(parts.join(' '))?.[1];
    if (marker !== undefined) {
      while (end < source.lines.count && source.lines.text(end).trim() !== marker) parts.push(source.lines.text((end += 1)));
    }
    const text = parts
      .map((part) => part.replace(/\\\s*$/, ''))
      .join(' ')
      .trim();
    found.push({ word: (head[1] ?? '').toUpperCase(), text, line, endLine: end });
    line = end;
  }
  return found;
}
