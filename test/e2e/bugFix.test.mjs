// From a failing test to an accepted hunk in the real editor, with a model behind the agents.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { RUN_PATIENCE_MS } from '../support/patience.ts';
import { Session } from '../support/vscode/session.mjs';
import { callTurn, deliverAnything, startScriptedModel } from '../support/vendors/scriptedModel.ts';

const WRONG = 'export const sum = (list) => list.reduce((a, b) => a - b, 0);\n';
const RIGHT = WRONG.replace('a - b', 'a + b');
const TEST = `import assert from 'node:assert';
import test from 'node:test';
import { sum } from '../src/sum.js';

test('adds', () => assert.equal(sum([1, 2]), 3));
`;

function fix(request) {
  if (!JSON.stringify(request.body).includes('Draft the fix and its test')) return deliverAnything(request);
  const edit = { path: 'src/sum.js', action: 'replace', search: 'a - b', replace: 'a + b', reason: 'It took away.' };
  if (request.toolResults.length === 0) return callTurn('files_read', { path: 'src/sum.js' });
  if (request.toolResults.length === 1) return callTurn('files_edit', edit);
  if (request.toolResults.length === 2)
    return callTurn('files_propose', { title: 'Adds instead of taking away', summary: 'The sign was wrong.' });
  return deliverAnything(request);
}

describe('bug-fix in the editor', () => {
  let session;
  let workbench;
  let model;

  before(async () => {
    model = await startScriptedModel(fix, { vendor: 'anthropic' });
    session = await Session.start({
      env: { ...model.env, ANTHROPIC_API_KEY: 'sk-ant-api03-test' },
      files: {
        'package.json': '{ "name": "sample", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" } }\n',
        'src/sum.js': WRONG,
        'test/sum.test.js': TEST,
      },
    });
    workbench = session.workbench;
    await workbench.showContainer('CAS');
    await workbench.row('Workflows', 'bug-fix').waitFor();
  });
  afterEach(async function () {
    await session?.keepPicture(this.currentTest);
  });
  after(async () => {
    await session?.stop();
    await model?.close();
  });

  it('goes from a failing test to a hunk that is accepted, after which the test passes', async () => {
    await workbench.choose('CAS: Run Workflow…', 'bug-fix', 'Run with defaults');
    const proposal = workbench.row('Proposals', 'Adds instead of taking away').first();
    await proposal.waitFor({ timeout: RUN_PATIENCE_MS });
    assert.equal(session.read('src/sum.js'), WRONG, 'nothing is written before the yes');
    const thread = await workbench.openThread(proposal, /took away/);
    await workbench.screenshot('bug-fix-dark');
    await thread.locator('[aria-label^="Accept Hunk"]').first().click();
    await workbench.until(() => session.read('src/sum.js') === RIGHT, 'the hunk is on disk');
    execFileSync(process.execPath, ['--test', 'test/sum.test.js'], { cwd: session.workspace, env: { PATH: process.env.PATH } });
  });
});
