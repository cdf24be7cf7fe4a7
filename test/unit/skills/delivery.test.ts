import assert from 'node:assert/strict';
import { deliveryCheckSkill } from '#core/skills/delivery/deliveryCheck.ts';
import { checkDockerfile, isDockerfile } from '#core/skills/delivery/dockerfile.ts';
import { checkWorkflow } from '#core/skills/delivery/workflows.ts';
import { decodeSource, type Source } from '#core/skills/source/readSources.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

function source(path: string, text: string): Source {
  const decoded = decodeSource(path, new TextEncoder().encode(text));
  if (typeof decoded === 'string') throw new Error(decoded);
  return decoded;
}

describe('Dockerfiles', () => {
  const rules = (text: string, hasIgnoreFile = true): string[] =>
    checkDockerfile(source('Dockerfile', text), { hasIgnoreFile }).map((one) => `${one.rule}:${one.citations[0]?.line}`);
  const cases: readonly [string, string, readonly string[]][] = [
    ['a base image without a tag', 'FROM node\nUSER node\nCMD x', ['floating-base-image:1']],
    ['a base image called latest', 'FROM a/b:latest\nUSER a', ['floating-base-image:1']],
    ['no pinned, digested, empty or variable base', 'FROM node:24.1\nFROM a@sha256:00\nFROM scratch\nARG V\nFROM node:${V}\nUSER a', []],
    ['no earlier stage as a base', 'FROM node:24 AS build\nFROM build\nUSER a\nCMD x', []],
    ['a script from the network', 'FROM a:1\nRUN set -e && \\\n  curl -sSL https://x.org/i.sh | bash -s\nUSER a', ['pipe-to-shell:2']],
    ['an installation that asks', 'FROM a:1\nRUN apt-get update && apt-get install git\nUSER a', ['install-asks:2']],
    ['none that was answered', 'FROM a:1\nRUN apt-get update && apt-get install --no-install-recommends -y git\nUSER a', []],
    ['lists in a layer of their own', 'FROM a:1\nRUN apt-get update\nRUN apt-get install -y git\nUSER a', ['update-alone:2']],
    ['files that everybody may change', 'FROM a:1\nRUN chmod -R 777 /app\nUSER a', ['world-writable:2']],
    ['a secret in a layer', 'FROM a:1\nENV API_TOKEN=abcd1234 X=1\nUSER a', ['secret-in-image:2']],
    ['no name of a secret without a value', 'FROM a:1\nARG TOKEN\nENV PASSWORD_FILE=/run/x SECRET=$SECRET\nUSER a', []],
    ['an unchecked file from the network', 'FROM a:1\nADD https://x.org/a.bin /a\nUSER a', ['add-remote:2']],
    ['no checked one and no archive', 'FROM a:1\nADD --checksum=sha256:00 https://x.org/a /a\nADD a.tar.gz /\nUSER a', []],
    ['a program that runs as root', 'FROM a:1\nCMD ["x"]', ['runs-as-root:1']],
    ['one that goes back to root', 'FROM a:1\nUSER a\nUSER root\nCMD x', ['runs-as-root:3']],
    ['none in a base that has no root', 'FROM gcr.io/distroless/static:nonroot\nCMD ["x"]', []],
    ['nothing in comments and here-documents', 'FROM a:1\n# RUN chmod 777 /\nRUN <<EOF\nADD https://x\nEOF\nUSER a\nCMD x', []],
    ['an instruction in small letters and CRLF', 'from a\r\nuser b\r\n', ['floating-base-image:1']],
  ];
  for (const [title, text, expected] of cases) {
    it(`are read right: ${title}`, () => {
      assert.deepEqual(rules(text), expected);
    });
  }

  it('are read right: a whole folder that nothing is kept out of', () => {
    assert.deepEqual(rules('FROM a:1\nCOPY . .\nUSER a', false), ['copies-everything:2']);
    assert.deepEqual(rules('FROM a:1\nCOPY --chown=a . /app\nUSER a', true), []);
  });

  it('are known by their names, and code about them is none', () => {
    const names = ['Dockerfile', 'a/Dockerfile.dev', 'b.dockerfile', 'Containerfile', 'dockerfile.ts', 'Dockerfile.md', 'src/Dockerfiles'];
    assert.deepEqual(names.filter(isDockerfile), ['Dockerfile', 'a/Dockerfile.dev', 'b.dockerfile', 'Containerfile']);
  });
});

describe('GitHub Actions workflows', () => {
  const rules = (text: string): string[] =>
    checkWorkflow(source('.github/workflows/a.yml', text)).map((one) => `${one.severity} ${one.rule}:${one.citations[0]?.line}`);
  const job = (steps: string, top = 'on: push\npermissions: { contents: read }\n'): string =>
    `${top}jobs:\n  a:\n    runs-on: x\n    steps:\n${steps}`;
  const cases: readonly [string, string, readonly string[]][] = [
    [
      'an action that can be moved',
      job('      - uses: a/b@v1\n      - uses: a/b@main\n'),
      ['low unpinned-action:7', 'medium unpinned-action:8'],
    ],
    [
      'none that is pinned, local or official',
      job('      - uses: a/b@0123456789012345678901234567890123456789 # v1\n      - uses: ./x\n      - uses: actions/checkout@v4\n'),
      [],
    ],
    ['a title pasted into a script', job('      - run: echo "${{ github.event.issue.title }}"\n'), ['high script-injection:7']],
    [
      'a branch name in a longer script',
      job('      - run: |\n          set -e\n          git checkout ${{ github.head_ref }}\n'),
      ['high script-injection:7'],
    ],
    [
      'none that goes through the environment',
      job('      - run: echo "$TITLE"\n        env: { TITLE: "${{ github.event.issue.title }}" }\n'),
      [],
    ],
    ['no number that nobody can choose', job('      - run: echo ${{ github.event.pull_request.number }} ${{ github.sha }}\n'), []],
    ['rights that nobody named', job('      - run: a\n', 'on: push\n'), ['low no-permissions:3']],
    ['rights to everything', job('      - run: a\n', 'on: push\npermissions: write-all\n'), ['medium write-all:2']],
    [
      'code of strangers beside the secrets',
      job(
        '      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n',
        'on: [pull_request_target]\npermissions: {}\n',
      ),
      ['critical runs-code-of-forks:7'],
    ],
    [
      'no checkout of the own branch, and none without secrets',
      job('      - uses: actions/checkout@v4\n', 'on:\n  pull_request_target:\n    types: [opened]\npermissions: {}\n'),
      [],
    ],
    ['nothing in a file that is not YAML', 'on: [\n', []],
    ['nothing in an empty file', '', []],
  ];
  for (const [title, text, expected] of cases) {
    it(`are read right: ${title}`, () => {
      assert.deepEqual(rules(text), expected);
    });
  }
});

describe('mechanical fixes of builds', () => {
  const mended = (findings: readonly { fix?: Finding['fix'] }[], text: string): string =>
    findings.flatMap((one) => one.fix ?? []).reduceRight((now, fix) => now.slice(0, fix.start) + fix.newText + now.slice(fix.end), text);

  it('answer an installation, and copy with COPY', () => {
    const text = 'FROM a:1\r\nRUN apt-get update && \\\r\n  apt-get install git\r\nADD . /app\r\nUSER a\r\n';
    const findings = checkDockerfile(source('Dockerfile', text), { hasIgnoreFile: true });
    assert.equal(mended(findings, text), text.replace('install git', 'install -y git').replace('ADD', 'COPY'));
  });

  it('let a token read, only where nothing seems to use it to write', () => {
    const text = 'on: push\n\njobs:\n  a:\n    steps:\n      - run: npm test\n';
    const fixed = text.replace('jobs:', 'permissions:\n  contents: read\n\njobs:');
    assert.equal(mended(checkWorkflow(source('.github/workflows/a.yml', text)), text), fixed);
    const releases = text.replace('npm test', 'npm publish');
    assert.equal(mended(checkWorkflow(source('.github/workflows/a.yml', releases)), releases), releases);
  });
});

describe('delivery.check', () => {
  it('reads what it knows, names what it does not, and cites all places of one claim together', async () => {
    const workspace = await createWorkspace({
      Dockerfile: 'FROM a:1\nCOPY . .\nUSER a\nCMD x\n',
      'sub/Dockerfile': 'FROM b:1\nCOPY . .\nUSER a\nCMD x\n',
      'sub/.dockerignore': '*',
      'test/fixtures/Dockerfile': 'FROM x\nCMD y\n',
      '.github/workflows/ci.yml': 'on: push\npermissions: {}\njobs:\n  a:\n    steps:\n      - uses: a/b@main\n      - uses: a/b@main\n',
      '.gitlab-ci.yml': 'a: b',
    });
    try {
      const { output, summary } = await deliveryCheckSkill().run({}, createSkillContext(workspace.files));
      const { findings } = output as unknown as { findings: Finding[] };
      assert.deepEqual(
        findings.map((one) => [one.rule, one.citations.map((at) => `${at.path}:${at.line}`)]),
        [
          ['unpinned-action', ['.github/workflows/ci.yml:6', '.github/workflows/ci.yml:7']],
          ['copies-everything', ['Dockerfile:2']],
        ],
      );
      assert.equal(summary, '2 findings in 2 Dockerfiles and 1 workflow of GitHub Actions; not read: .gitlab-ci.yml');
    } finally {
      await workspace.dispose();
    }
  });
});
