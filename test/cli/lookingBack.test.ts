// The audit trail, figures and feedback on the built command line, after a real run.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AuditPage, AuditVerification } from '#protocol/audit.ts';
import type { FeedbackNote } from '#protocol/feedback.ts';
import type { MetricsReport } from '#protocol/metrics.ts';
import { assertCode, cas, casJson, sampleRepository } from './runCli.ts';

const files = {
  '.cas/workflows/look.cas.json': JSON.stringify({
    name: 'look',
    steps: [{ key: 'tell', agent: 'writer', action: 'report.write' }],
  }),
};

describe('looking back on the command line', function () {
  let cwd: string;
  before(async () => {
    cwd = sampleRepository(files);
    assertCode(await cas(['workflow', 'run', 'look'], { cwd }), 0);
  });

  it('lists decisions, newest first, and only those that fit', async () => {
    assertCode(await cas(['budget', 'set', '--usd', '2'], { cwd }), 0);
    assertCode(await cas(['triggers', 'enable'], { cwd }), 0);
    const page = await casJson<AuditPage>(['audit', 'list'], { cwd });
    assert.deepEqual(
      page.entries.slice(0, 2).map(({ actor, action }) => [actor, action]),
      [
        ['person', 'trigger.on'],
        ['person', 'budget.set'],
      ],
    );
    const budgets = await casJson<AuditPage>(['audit', 'list', '--action', 'budget', '--since', '1h'], { cwd });
    assert.equal(budgets.total, 1);
    const shown = await cas(['audit', 'list', '--text', 'each day'], { cwd });
    assert.match(shown.stdout, /person {2}budget\.set {2}each day .*"costMicroUsd":2000000[\s\S]*1 entry of 1/);
    assertCode(await cas(['audit', 'list', '--kind', 'nonsense'], { cwd }), 2);
  });

  it('verifies the trail, an exported file anywhere, and says with 1 that it was changed', async () => {
    const whole = await casJson<AuditVerification>(['audit', 'verify'], { cwd });
    assert.equal(whole.broken, null);
    const file = path.join(cwd, 'trail.jsonl');
    assertCode(await cas(['audit', 'export', file], { cwd }), 0);
    // A file that is there is not overwritten.
    assertCode(await cas(['audit', 'export', file], { cwd }), 2);
    assertCode(await cas(['audit', 'export'], { cwd }), 0);
    const exports = await casJson<AuditPage>(['audit', 'list', '--action', 'audit.export'], { cwd });
    assert.deepEqual(
      exports.entries.map(({ actor, target, data }) => [actor, target, data]),
      [
        ['person', 'standard output', { rows: whole.entries + 1 }],
        ['person', 'trail.jsonl', { rows: whole.entries }],
      ],
    );
    const elsewhere = sampleRepository({});
    const offline = await cas(['audit', 'verify', '--file', file], { cwd: elsewhere });
    assertCode(offline, 0);
    assert.match(offline.stdout, /^Chain verified: \d+ entries since /);
    writeFileSync(file, readFileSync(file, 'utf8').replace('each day', 'each dax'));
    const broken = await cas(['audit', 'verify', '--file', file], { cwd: elsewhere });
    assertCode(broken, 1);
    assert.match(broken.stdout, /^Chain broken\. Entry \d+ was changed after it was written/);
    const kept = `${whole.head?.id}:${'0'.repeat(64)}`;
    const rewritten = await cas(['audit', 'verify', '--head', kept], { cwd });
    assertCode(rewritten, 1);
    assert.match(rewritten.stdout, /is not the one that was kept/);
    assertCode(await cas(['audit', 'verify', '--head', 'nonsense'], { cwd }), 2);
  });

  it('takes feedback on the newest run and says what came of it', async () => {
    assertCode(await cas(['feedback', 'give', 'latest'], { cwd }), 2);
    const given = await cas(['feedback', 'give', 'latest', '--down', '--reason', 'incomplete', '--text', 'No tests.'], { cwd });
    assertCode(given, 0);
    assert.match(given.stdout, /Writer: report\.write confidence 0\.\d\d to 0\.\d\d after 1 note \(1 run, few\)/);
    const { notes } = await casJson<{ readonly notes: readonly FeedbackNote[] }>(['feedback', 'list'], { cwd });
    assert.deepEqual(
      notes.map(({ rating, reason, text }) => [rating, reason, text]),
      [['down', 'incomplete', 'No tests.']],
    );
    const shown = await cas(['agents', 'show', 'writer'], { cwd });
    assert.match(shown.stdout, /report\.write 0\.\d\d \(declared 0\.97; 1 run, 1 note\)/);
    assertCode(await cas(['feedback', 'withdraw', notes[0]?.id ?? ''], { cwd }), 0);
    assert.match((await cas(['feedback', 'list'], { cwd })).stdout, /Nothing was said yet\./);
    assertCode(await cas(['feedback', 'give', 'nobody', '--up'], { cwd }), 2);
  });

  it('prints figures, as a table and for programs', async () => {
    const report = await casJson<MetricsReport>(['metrics'], { cwd });
    assert.deepEqual([report.totals.runs, report.totals.successRate, report.agents[0]?.agent], [1, 1, 'writer']);
    assert.match((await cas(['metrics', '--since', '24h'], { cwd })).stdout, /success +100%[\s\S]*By workflow\n +look +1 run +100%/);
    assert.match((await cas(['metrics', '--csv'], { cwd })).stdout, /^about,name,figure,value\r\n[\s\S]*total,,runs,1\r\n/);
    assertCode(await cas(['metrics', '--since', 'yesterdayish'], { cwd }), 2);
  });
});
