import assert from 'node:assert/strict';
import type { Finding } from '#protocol/finding.ts';
import type { Json } from '#base/json.ts';
import { reportWriteSkill } from '#core/skills/report/reportWrite.ts';
import { hashBytes } from '#core/skills/source/readSources.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id: `code.rules/r:${id}`,
  skill: 'code.rules',
  rule: 'r',
  severity: 'high',
  category: 'security',
  title: `Title ${id}`,
  message: 'Advice. See https://example.org/a_b#c.',
  citations: [{ path: 'src/a b.js', line: 3, excerpt: 'eval(x)' }],
  ...more,
});

async function write(
  results: object,
  failures: Parameters<typeof createSkillContext>[1] = {},
): Promise<{ markdown: string; json: Record<string, unknown>; output: Json; written: string[] }> {
  const workspace = await createWorkspace({ 'a.js': 'one();\n' });
  try {
    const context = createSkillContext(workspace.files, { ...failures, results: JSON.parse(JSON.stringify(results)) as Json });
    const draft = {
      title: 'Fix one',
      summary: 'Because.',
      notes: [],
      files: [{ kind: 'modify' as const, path: 'a.js', baseHash: hashBytes(await workspace.files.read('a.js')), newText: 'uno();\n' }],
    };
    const { id } = await context.proposals.create(draft, { agent: 'developer' });
    await context.proposals.verify(id, { passed: true, checks: [{ name: 'tests', passed: true, detail: '12 passed' }] });
    const { output } = await reportWriteSkill().run({ title: 'Code | review' }, context);
    const markdown = context.written.get('report.md') ?? '';
    return {
      markdown,
      json: JSON.parse(context.written.get('report.json') ?? '') as Record<string, unknown>,
      output,
      written: [...context.written.keys()],
    };
  } finally {
    await workspace.dispose();
  }
}

describe('report.write', () => {
  it('writes Markdown, JSON and a diff per proposal, and says where', async () => {
    const { output, written, json } = await write({ rules: { findings: [finding('1')] } });
    assert.deepEqual(written, ['proposals/p1.diff', 'report.md', 'report.json']);
    assert.deepEqual(output, {
      markdown: '/run/report.md',
      json: '/run/report.json',
      diffs: ['/run/proposals/p1.diff'],
      findings: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
      proposals: 1,
    });
    assert.equal(json['version'], 1);
  });

  it('links each finding to its line, shows the excerpt, and marks what is not cited', async () => {
    const { markdown } = await write({
      a: { findings: [finding('1'), finding('2', { citations: [] })] },
      b: { findings: [finding('1')] },
      c: { findings: [finding('3', { rule: 's', citations: [{ path: '__x__.js', line: 1, verified: false }] })] },
    });
    assert.match(markdown, /\*\*Findings:\*\* 3 high/);
    assert.match(markdown, /\[src\/a b\.js:3\]\(\.\.\/\.\.\/\.\.\/src\/a%20b\.js#L3\)\n\n```js\neval\(x\)\n```/);
    assert.match(markdown, /Title 2[^]*\(not cited\)/);
    assert.match(markdown, /\[\\_\\_x\\_\\_\.js:1\]\(\S+\) \(citation not confirmed\)/);
    assert.match(markdown, /See <https:\/\/example\.org\/a_b#c>\./);
  });

  it('says how to accept a proposal, whole and by hunk, and whether it was verified', async () => {
    const { markdown } = await write({});
    assert.match(markdown, /cas proposals accept p1\ncas proposals accept p1 --file a\.js --hunk 1\n/);
    assert.match(markdown, /CAS: Review Proposal/);
    assert.match(markdown, /Verified: tests\. \[Diff\]\(proposals\/p1\.diff\)/);
  });

  it('cannot be broken out of by what it quotes', async () => {
    const hostile = finding('1', {
      title: '</details> | # <script> [x](javascript:alert(1))\n## Fake',
      citations: [{ path: 'a](b).md', line: 1, excerpt: '```\n## Fake\n````' }],
    });
    const { markdown } = await write({ rules: { findings: [hostile] } });
    assert.ok(!/^## Fake/m.test(markdown.replace(/`{5}[^]*?`{5}/g, '')));
    assert.ok(!markdown.includes('<script>') && !markdown.includes('[x](javascript'));
    assert.match(markdown, /^`{5}markdown\n```\n## Fake\n````\n`{5}$/m);
    assert.match(markdown, /^# Code \\\| review$/m);
  });

  it('folds long lists and counts what it does not show', async () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      finding(String(at), { severity: at < 100 ? 'high' : 'low', citations: [{ path: `f${at}.js`, line: 1 }] }),
    );
    const { markdown, json } = await write({ rules: { findings: many, truncated: 7 } });
    assert.match(markdown, /97 more, by rule/);
    assert.match(markdown, /… and 180 more places, all in report\.json/);
    assert.match(markdown, /7 more findings were over the limit/);
    assert.equal((json['findings'] as unknown[]).length, 300);
    assert.ok(markdown.split('\n').length < 250);
  });

  it('says what did not run and why, and nothing that was not measured', async () => {
    const error = { code: 'step.timeout', message: 'Took too long.', retryable: false, details: {} };
    const { markdown } = await write(
      {
        lint: null,
        tests: { ran: false, command: null, reason: 'no test command found', findings: [] },
        history: { reason: 'This folder is not a git repository.', hotspots: [], commits: 0, authors: 0 },
      },
      { failures: [{ path: 'rules', error }] },
    );
    assert.match(markdown, /\| rules \| failed \| Took too long\. \(step\.timeout\) \|/);
    assert.match(markdown, /\| tests \| did not run \| no test command found \|/);
    assert.match(markdown, /\| lint \| skipped \|/);
    assert.match(markdown, /This folder is not a git repository\./);
    assert.ok(!/passed\b.*failed\b/.test(markdown));
  });

  it('gives the numbers of a test run, and the hotspots with their owner', async () => {
    const { markdown } = await write({
      tests: {
        ran: true,
        command: ['npm', 'test'],
        reason: null,
        exitCode: 1,
        passed: 10,
        failed: 2,
        skipped: 0,
        durationMs: 1500,
        sandbox: 'none',
        findings: [],
      },
      history: {
        hotspots: [{ path: 'a.js', commits: 9, churn: 80, authors: 2, score: 75, lines: 10 }],
        ownership: [{ path: 'a.js', author: 'Ada', share: 0.9 }],
        commits: 20,
        authors: 2,
        busFactor: 1,
        sinceDays: 365,
      },
    });
    assert.match(markdown, /`npm test` ended with 1 \(10 passed, 2 failed, 0 skipped\), 1\.5 s\./);
    assert.match(markdown, /\| \[a\.js:1\]\(\S+\) \| 75\.0 \| 9 \| 80 \| 2 \| Ada, 90 % \|/);
    assert.match(markdown, /More than half of the changed lines are by 1 person\./);
  });

  it('heeds reviewers: dismissed findings apart, severities as judged, their words under their step', async () => {
    const { markdown, json } = await write({
      rules: {
        findings: [finding('1'), finding('2')],
        assessment: '# All in all\nfine',
        judgements: [
          { finding: 'code.rules/r:1', verdict: 'dismissed', reason: 'a test double' },
          { finding: 'code.rules/r:2', verdict: 'confirmed', severity: 'low', reason: 'only local' },
        ],
      },
    });
    assert.deepEqual(json['counts'], { critical: 0, high: 0, medium: 0, low: 1, info: 0 });
    assert.match(markdown, /## Dismissed by a reviewer[^]*Title 1: a test double/);
    assert.match(markdown, /### rules\n\n### All in all\nfine/);
  });

  it('is the same for the same run', async () => {
    const results = { b: { findings: [finding('2'), finding('1')] }, a: { findings: [finding('3', { severity: 'low' })] } };
    assert.equal(
      (await write(results)).markdown,
      (await write({ b: { findings: results.b.findings.toReversed() }, a: results.a })).markdown,
    );
  });
});
