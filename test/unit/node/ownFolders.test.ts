import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { abortError } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import { createLog } from '#node/ports/log.ts';
import { createRedactor, REDACTED } from '#node/ports/redact.ts';
import { createRunFolder } from '#node/ports/runFolder.ts';
import { environmentSecrets, secretValues } from '#node/ports/secrets.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

describe('a run folder', () => {
  const folder = temporaryFolders();

  it('is made at the first write and lists what was written', async () => {
    const root = folder();
    const run = createRunFolder(root, 'run_1');
    assert.deepEqual([await run.list(), existsSync(join(root, '.cas'))], [[], false]);
    assert.equal(await run.write('report.md', '# Ü\n'), join(root, '.cas/runs/run_1/report.md'));
    await run.write('diffs/p1.diff', 'd');
    await run.write('report.md', '# new\n');
    assert.deepEqual(await run.list(), ['diffs/p1.diff', 'report.md']);
    assert.equal(readFileSync(join(run.path, 'report.md'), 'utf8'), '# new\n');
  });

  it('refuses names that lead outside', async () => {
    const run = createRunFolder(folder(), 'run_1');
    for (const name of ['../x', '/x', '', 'a/../../x']) await assert.rejects(run.write(name, ''), { code: 'files.outside' }, name);
    assert.throws(() => createRunFolder('/w', '../..'), { code: 'files.outside' });
  });

  it('says why it cannot write', async () => {
    const root = folder({ '.cas': 'a file in the way' });
    await assert.rejects(createRunFolder(root, 'run_1').write('a', ''), { code: 'files.writeFailed' });
  });
});

describe('secrets of the environment', () => {
  it('are read at each call; blank ones are none', async () => {
    const env: { [name: string]: string } = { A_KEY: ' value \n', BLANK: '  ' };
    const secrets = environmentSecrets(env);
    assert.deepEqual(await Promise.all(['A_KEY', 'BLANK', 'MISSING'].map((name) => secrets.get(name))), ['value', undefined, undefined]);
    env['MISSING'] = 'now';
    assert.equal(await secrets.get('MISSING'), 'now');
  });

  it('are known by their names', () => {
    const env = {
      OPENAI_API_KEY: 'sk-long-enough',
      GITHUB_TOKEN: 'token-123',
      DB_PASSWORD: 'hunter2hunter2',
      SHORT_KEY: 'abc',
      PATH: '/usr/bin',
      KEYBOARD: 'qwertyuiop',
    };
    assert.deepEqual(secretValues(env), ['sk-long-enough', 'token-123', 'hunter2hunter2']);
  });
});

describe('redaction', () => {
  const canary = 'ca/na ry+"4711"';
  const redact = createRedactor(() => [canary]);

  it('finds a known value as it is, in JSON, in a URL and in Base64', () => {
    const forms = [canary, JSON.stringify(canary), encodeURIComponent(canary), Buffer.from(canary).toString('base64')];
    for (const form of forms) {
      const clean = redact(`before ${form} after`);
      assert.ok(clean.includes(REDACTED), form);
      assert.doesNotMatch(clean, /4711|Y2EvbmE/, form);
    }
  });

  const shapes = [
    `sk-ant-api03-${'x'.repeat(40)}`,
    `ghp_${'a1'.repeat(18)}`,
    `AKIA${'ABCD'.repeat(4)}`,
    `xoxb-123456789012-${'a'.repeat(20)}`,
    `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(30)}.${'b'.repeat(30)}`,
    '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\nsecretbody\n-----END RSA PRIVATE KEY-----',
  ];
  for (const shape of shapes) {
    it(`takes out a token by its shape: ${shape.slice(0, 12)}…`, () => {
      const clean = createRedactor(() => [])(`x ${shape} y`);
      assert.ok(!clean.includes(shape.slice(-20)), clean);
      assert.ok(clean.startsWith('x ') && clean.endsWith(' y'), clean);
    });
  }

  it('takes out credentials by what stands before them', () => {
    const clean = createRedactor(() => [])('Authorization: Bearer abcdefghijklmnop123; password=hunter2222 https://ada:hunter2222@host/x');
    assert.doesNotMatch(clean, /hunter2222|abcdefghijklmnop/);
    assert.match(clean, /host\/x$/);
  });

  it('leaves ordinary text alone', () => {
    const text = 'step quality/lint ended in 340 ms: 3 problems in src/base/errors.ts (token count 512)';
    assert.equal(redact(text), text);
  });
});

describe('logs', () => {
  const lines: string[] = [];
  const log = (level?: 'debug' | 'warn'): ReturnType<typeof createLog> =>
    createLog({
      sink: (line) => lines.push(line),
      redact: createRedactor(() => ['canary-4711']),
      now: () => 0,
      ...(level ? { level } : {}),
    });
  beforeEach(() => void lines.splice(0));

  it('write JSON lines at and above their level', () => {
    log().debug('no');
    log().info('started', { steps: 3 });
    log('warn').info('no');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      [{ at: '1970-01-01T00:00:00.000Z', level: 'info', message: 'started', steps: 3 }],
    );
  });

  it('keep secrets out of messages, fields, errors and stacks', () => {
    const error = new AppError({
      code: 'llm.failed',
      message: 'key canary-4711',
      details: { key: 'canary-4711' },
      cause: new Error('canary-4711'),
    });
    log().error('failed with canary-4711', { url: 'https://x/?k=canary-4711' }, error);
    assert.doesNotMatch(lines.join('\n'), /canary/);
    assert.match(lines[0] ?? '', /llm\.failed.*caused by/);
    assert.ok(JSON.parse(lines[0] ?? ''));
  });

  it('take an abort for no error', () => {
    log().error('cancelled', {}, abortError());
    assert.deepEqual(lines, []);
    log('debug').error('cancelled', {}, abortError());
    assert.equal((JSON.parse(lines[0] ?? '') as { level: string }).level, 'debug');
  });
});
