import assert from 'node:assert/strict';
import { secretsScanSkill } from '#core/skills/secrets/secretsScan.ts';
import { maskTokens } from '#core/skills/source/mask.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace, type TestWorkspace } from '../../support/skillContext.ts';

// Canaries are put together here, so that no scanner takes this file for a leak.
const GITHUB = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const AWS = ['wJalrXUtnFEMI/K7MDENG', 'bPxRfiCYQQWWEERRTT'].join('/');
const PASSWORD = ['Tr0ub4dor', 'Zebra77'].join('');
const KEY_BODY = 'MIIEpAIBAAKCAQEA7bq1' + 'ZkV3c2R4canaryKEYBODY9'.repeat(12);
const KEY = `-----BEGIN RSA PRIVATE KEY-----\n${KEY_BODY}\n-----END RSA PRIVATE KEY-----`;
const CANARIES = [GITHUB, AWS, PASSWORD, KEY_BODY];

describe('secrets.scan', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  async function scan(files: {
    [path: string]: string | Uint8Array;
  }): Promise<{ output: Record<string, unknown>; findings: Finding[]; all: string }> {
    workspace = await createWorkspace(files);
    const progress: string[] = [];
    const result = await secretsScanSkill().run(
      {},
      createSkillContext(workspace.files, { onProgress: (message) => progress.push(message) }),
    );
    const output = result.output as Record<string, unknown>;
    return { output, findings: output['findings'] as Finding[], all: JSON.stringify([result, progress]) };
  }

  it('finds keys, tokens and passwords and shows none of them', async () => {
    const { findings, all } = await scan({
      'src/a.js': `const before = 1;\nconst token = "${GITHUB}"; // ${GITHUB}\n`,
      'src/b.env': `AWS_SECRET_ACCESS_KEY="${AWS}"\r\nDATABASE_URL=postgres://app:${PASSWORD}@db.acme.io:5432/app\r\n`,
      'src/key.pem': `${KEY}\n`,
      'src/one-line.js': `const key = ${JSON.stringify(KEY)};`,
    });
    const places = findings.map((finding) => `${finding.citations[0]?.path}:${finding.citations[0]?.line}`);
    for (const place of ['src/a.js:2', 'src/b.env:1', 'src/b.env:2', 'src/key.pem:1'])
      assert.ok(places.includes(place), `${place} in ${places.join(' ')}`);
    for (const canary of CANARIES) assert.ok(!all.includes(canary), `leaked ${canary.slice(0, 4)}…`);
    for (const canary of CANARIES) assert.ok(!all.includes(canary.slice(8, 24)), `leaked a part of ${canary.slice(0, 4)}…`);
    assert.ok(findings.every((finding) => finding.severity === 'critical'));
  });

  it('says which token it is by its prefix only', async () => {
    const { findings } = await scan({ 'a.js': `use("${GITHUB}")\n` });
    assert.equal(findings[0]?.citations[0]?.excerpt, 'use("ghp_********")');
  });

  it('takes templates and examples for what they are', async () => {
    const { findings, output } = await scan({
      'a.yml': 'url: postgres://app:changeme-please@db.acme.io/app\n',
      'README.md': 'postgres://app:hunter22@localhost:5432/app\n',
    });
    assert.deepEqual(findings, []);
    assert.equal(output['placeholders'], 2);
  });

  it('leaves out lockfiles, binaries, large files and files that are not UTF-8, and counts them', async () => {
    const { output } = await scan({
      'package-lock.json': '{}',
      'a.bin': new Uint8Array([0x61, 0, 0x62]),
      'latin1.txt': new Uint8Array([0x63, 0xe9, 0x0a]),
      'large.txt': 'x'.repeat(1_048_577),
      'ok.txt': '\uFEFFfine',
    });
    assert.equal(output['filesScanned'], 1);
    assert.deepEqual(output['skipped'], { lockfile: 1, binary: 1, notUtf8: 1, tooLarge: 1 });
  });

  it('keeps the ids of findings when lines move', async () => {
    const before = await scan({ 'a.js': `use("${GITHUB}")\n` });
    await workspace.dispose();
    const after = await scan({ 'a.js': `\n\n// moved\nuse("${GITHUB}")\n` });
    assert.equal(before.findings[0]?.id, after.findings[0]?.id);
  });

  it('ends with an AbortError when it is cancelled', async () => {
    workspace = await createWorkspace({ 'a.js': 'x' });
    const context = createSkillContext(workspace.files, { signal: AbortSignal.abort() });
    await assert.rejects(secretsScanSkill().run({}, context), { name: 'AbortError' });
  });
});

describe('maskTokens', () => {
  it('hides tokens in what other skills quote', () => {
    const line = maskTokens(`// TODO: rotate ${GITHUB} and https://me:${PASSWORD}@acme.io`);
    assert.equal(line, '// TODO: rotate ghp_******** and https://me:********@acme.io');
  });
});
