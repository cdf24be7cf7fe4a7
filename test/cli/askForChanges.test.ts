// `cas proposals ask`, and several hunks in one decision: with a model that reads the note, and without one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, sampleRepository } from '#test/cli/runCli.ts';
import { callTurn, deliverAnything, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';
import type { ProposalSummary, ProposalView } from '#protocol/proposal.ts';
import type { RunView } from '#protocol/runView.ts';

const CODE = 'src/compare.js';

/** A repository with proposals of a review without a model. */
async function reviewed(): Promise<{ readonly root: string; readonly proposal: ProposalView }> {
  const root = sampleRepository();
  assertCode(await cas(['workflow', 'run', 'code-review', '--workspace', root]), 0);
  const all = await casJson<readonly ProposalSummary[]>(['proposals', 'list', '--workspace', root]);
  for (const { id } of all) {
    const proposal = await casJson<ProposalView>(['proposals', 'show', id, '--workspace', root]);
    if (proposal.files.some((file) => file.path === CODE && file.hunks.length === 2)) return { root, proposal };
  }
  assert.fail(`no proposal with two hunks of ${CODE} among ${all.map(({ title }) => title).join('; ')}`);
}

const FAULT = 'export const isNumber = (value) => value === NaN;';
const text = (root: string): string => readFileSync(path.join(root, CODE), 'utf8');

describe('asking for changes on the command line', () => {
  it('leaves out what is named, without a model, and puts the new proposal in the old one’s place', async () => {
    const { root, proposal } = await reviewed();
    const before = text(root);
    const asked = await cas(['proposals', 'ask', proposal.id, '--file', CODE, '--hunk', '2', '--workspace', root]);
    assertCode(asked, 0);
    const old = await casJson<ProposalView>(['proposals', 'show', proposal.id, '--workspace', root]);
    assert.equal(old.status, 'superseded');
    assert.match(asked.stdout, new RegExp(`Replaced by ${old.replacedBy}`));
    const fresh = await casJson<ProposalView>(['proposals', 'show', old.replacedBy ?? '', '--workspace', root]);
    assert.deepEqual([fresh.replaces, fresh.agent, fresh.hunks], [proposal.id, proposal.agent, proposal.hunks - 1]);
    assert.ok(fresh.verification, 'QA looked at it');
    assert.equal(text(root), before);
    const refused = await cas(['proposals', 'accept', proposal.id, '--workspace', root]);
    assert.notEqual(refused.code, 0);
  });

  it('says plainly that a note in words needs a model, and changes nothing', async () => {
    const { root, proposal } = await reviewed();
    const asked = await cas(['proposals', 'ask', proposal.id, '--note', 'Use Number.isNaN', '--workspace', root]);
    assert.notEqual(asked.code, 0);
    assert.match(asked.stderr, /A note in words needs a language model/);
    const empty = await cas(['proposals', 'ask', proposal.id, '--workspace', root]);
    assert.match(empty.stderr, /Say what shall be different/);
    assert.deepEqual(await casJson(['proposals', 'show', proposal.id, '--workspace', root]), proposal);
  });

  it('hands the note and the old diff to the agent that drafted it, whose new proposal replaces it', async () => {
    const { root, proposal } = await reviewed();
    const model = await startScriptedModel(deliverAnything, { vendor: 'anthropic' });
    try {
      const seen: string[] = [];
      model.use((request) => {
        const body = JSON.stringify(request.body);
        if (!body.includes('Draft it anew')) return deliverAnything(request);
        seen.push(body);
        const answered = request.toolResults.length;
        const edit = {
          path: CODE,
          search: FAULT,
          replace: 'export const isNumber = Number.isNaN;',
          reason: 'As asked',
          citations: [],
        };
        if (answered === 0) return callTurn('files_edit', { action: 'replace', ...edit });
        if (answered === 1) return callTurn('files_propose', { title: 'Compare with isNaN', summary: 'As asked.' });
        return deliverAnything(request);
      });
      const env = { ...model.env, ANTHROPIC_API_KEY: 'sk-ant-api03-test' };
      const asked = await cas(['proposals', 'ask', proposal.id, '--note', 'Only the first, with a remark', '--workspace', root], { env });
      assertCode(asked, 0);
      assert.ok(seen[0]?.includes('Only the first, with a remark') && seen[0].includes('value === NaN'), 'note and diff reached the model');
      const old = await casJson<ProposalView>(['proposals', 'show', proposal.id, '--workspace', root]);
      const fresh = await casJson<ProposalView>(['proposals', 'show', old.replacedBy ?? '', '--workspace', root]);
      assert.deepEqual([fresh.title, fresh.agent], ['Compare with isNaN', proposal.agent]);
      const run = await casJson<RunView>(['workflow', 'status', 'latest', '--workspace', root]);
      assert.equal(run.workflow, 'rework');
    } finally {
      await model.close();
    }
  });

  it('takes several hunks as one decision, which one undo takes back', async () => {
    const { root, proposal } = await reviewed();
    const before = text(root);
    assertCode(await cas(['proposals', 'accept', proposal.id, '--file', CODE, '--hunk', '1', '2', '--workspace', root]), 0);
    assert.notEqual(text(root), before);
    assertCode(await cas(['proposals', 'undo', proposal.id, '--workspace', root]), 0);
    assert.equal(text(root), before);
  });
});
