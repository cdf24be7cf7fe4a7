// Words under a hunk: kept as a note, or sent to the agent that drafted it, which a model stands behind here.
import assert from 'node:assert/strict';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { Session } from '../support/vscode/session.mjs';
import { callTurn, deliverAnything, startScriptedModel } from '../support/vendors/scriptedModel.ts';

const RADIX = /parseInt without a radix/;
const FAULT = '  const cents = parseInt(text);';

describe('words under a hunk', () => {
  let session;
  let workbench;
  let model;
  const seen = [];

  before(async () => {
    model = await startScriptedModel(deliverAnything, { vendor: 'anthropic' });
    model.use((request) => {
      const body = JSON.stringify(request.body);
      if (!body.includes('Draft it anew')) return deliverAnything(request);
      seen.push(body);
      const edit = {
        path: 'src/prices.js',
        search: FAULT,
        replace: '  const cents = Number(text);',
        reason: 'As you asked',
        citations: [],
      };
      if (request.toolResults.length === 0) return callTurn('files_edit', { action: 'replace', ...edit });
      if (request.toolResults.length === 1)
        return callTurn('files_propose', { title: 'Read prices with Number', summary: 'As you asked.' });
      return deliverAnything(request);
    });
    session = await Session.start({ env: { ...model.env, ANTHROPIC_API_KEY: 'sk-ant-api03-test' } });
    workbench = session.workbench;
    await workbench.reviewCode(RADIX);
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => {
    await session?.stop();
    await model?.close();
  });

  it('go to the agent with what was noted before; its new proposal takes the place of the old one', async () => {
    const thread = await workbench.openThread(workbench.row('Proposals', RADIX).first(), /radix/);
    const say = async (text, button) => {
      const collapsed = thread.getByText('Reply, or ask for a change');
      if (await collapsed.isVisible()) await collapsed.click();
      await thread.locator('.comment-form .monaco-editor').first().click();
      await workbench.page.keyboard.insertText(text);
      await thread.locator('.form-actions .monaco-button', { hasText: button }).first().click();
    };
    await say('Cents can have a sign', 'Add Note');
    await thread.getByText('goes with your next request').waitFor();
    await workbench.screenshot('note-dark');
    await say('Use Number here', 'Ask for Changes…');
    await workbench.row('Proposals', 'Read prices with Number').first().waitFor({ timeout: RUN_PATIENCE_MS });
    assert.ok(
      seen[0].includes('src/prices.js:1: Cents can have a sign') && seen[0].includes('src/prices.js:1: Use Number here'),
      'both notes, with their places, reached the model',
    );
    await workbench.row('Proposals', RADIX).waitFor({ state: 'detached' });
    await workbench.screenshot('replied-dark');
  });
});
