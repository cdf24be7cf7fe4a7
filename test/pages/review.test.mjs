// The Review view on its own page: what it says of a proposal, and what its buttons ask of the editor.
import assert from 'node:assert/strict';
import { Emitter } from '#base/emitter.ts';
import { reviewActions } from '#protocol/pages/review.ts';
import { DashboardPage } from './support/dashboardPage.mjs';

const proposal = {
  id: 'prp_1',
  runId: 'run_1',
  path: 'repair/propose',
  agent: 'developer',
  title: 'Cap retry delay and add jitter',
  summary: 'Caps each wait at 30 s and picks a random point below the cap.',
  status: 'open',
  createdAt: Date.now() - 12 * 60_000,
  hunks: 5,
  hunksPending: 4,
  added: 191,
  removed: 9,
  files: ['src/http/client.ts', 'src/http/retry.ts', 'test/http/retry.test.ts'].map((path) => ({
    path,
    oldPath: null,
    hunks: [],
    disk: 'same',
  })),
  verification: { passed: true, checks: [{ name: 'tests', passed: true, detail: '128 passed, 2 skipped' }] },
  canUndo: true,
};

const state = {
  sheet: {
    proposal,
    run: { id: 'run_1', title: 'code-review', workflow: 'code-review' },
    risk: { level: 'medium', reasons: [] },
    verdicts: [
      { who: 'security', verdict: 'approves', text: 'The log line prints only the host.', notes: [] },
      { who: 'qa', verdict: 'note', text: 'Name the cap.', notes: [] },
    ],
    cost: { calls: 7, microUsd: 360_000 },
    hasModel: true,
  },
  risk: { word: 'Medium', reasons: ['it changes 200 lines'] },
  asksFirst: false,
  changed: [],
  leftOut: [],
  trusted: true,
};

describe('the Review view', () => {
  let view;
  let now = state;
  const changes = new Emitter((error) => {
    throw error;
  });
  const show = async (next) => {
    now = next;
    changes.fire();
  };
  const topic = { snapshot: async () => ({ seq: 0, value: () => now }), follow: (sink) => changes.event(() => sink.stale()) };

  before(async function () {
    view = await DashboardPage.start({
      page: 'review',
      ready: '.review, .empty',
      width: 320,
      height: 900,
      core: {
        state: { kind: 'idle' },
        get: () => new Promise(() => {}),
        onDidChangeState: () => ({ dispose() {} }),
        close: async () => {},
      },
      contract: { methods: [], schemas: reviewActions, topic: (name) => (name === 'review' ? topic : null) },
    });
  });
  beforeEach(() => show(state));
  after(() => view?.stop());

  const button = (name) => view.page.getByRole('button', { name, exact: true });

  it('says what it is, how it was judged, how large and how dear', async () => {
    await button('Accept All').waitFor();
    const text = await view.page.locator('.review').innerText();
    for (const part of ['Cap retry delay', 'Medium', '128 passed', '3 files, 5 hunks', '+191', '$0.36', 'Approves: The log'])
      assert.ok(text.includes(part), `${part} in ${text}`);
    assert.match(text, /1[2-9] min ago/);
    assert.deepEqual(view.complaints, []);
    assert.deepEqual(await view.widerThanWindow(), []);
    for (const theme of ['dark-modern', 'light-modern', 'hc-dark']) {
      await view.setTheme(theme);
      await view.screenshot(`review-${theme}`);
    }
  });

  it('asks the editor for each answer, by the proposal it shows', async () => {
    view.asked.length = 0;
    for (const name of ['Accept All', 'Ask for Changes…', 'Reject All…', 'Undo Last Decision']) await button(name).click();
    await view.page.waitForFunction(() => true);
    const verbs = ['acceptAll', 'askForChanges', 'rejectAll', 'undoLast'];
    assert.deepEqual(
      view.asked,
      verbs.map((verb) => ({ action: 'decide', arg: { verb, id: 'prp_1' } })),
    );
  });

  it('has no primary Accept All when that asks first, and says what is unchecked', async () => {
    await show({ ...state, asksFirst: true, leftOut: ['src/http/retry.ts'], risk: { word: 'High', reasons: ['1 check failed'] } });
    await button('Accept All…').waitFor();
    assert.equal(await view.page.locator('.btn.primary').count(), 0);
    await view.page.getByText('Without src/http/retry.ts, which you unchecked.').waitFor();
  });

  it('says that a file changed after the proposal, with the two ways on', async () => {
    await show({ ...state, changed: ['src/http/client.ts'] });
    await view.page.getByText('src/http/client.ts changed after this proposal.').waitFor();
    view.asked.length = 0;
    await button('Rebase Proposal').click();
    await button('Open Merge Editor').click();
    assert.deepEqual(
      view.asked.map(({ arg }) => arg.verb),
      ['rebase', 'merge'],
    );
  });

  it('links to what took its place, and decides nothing any more', async () => {
    await show({
      ...state,
      sheet: { ...state.sheet, proposal: { ...proposal, status: 'superseded', replacedBy: 'prp_2', canUndo: false } },
    });
    await button('Show the New One').click();
    assert.deepEqual(view.asked.at(-1), { action: 'openProposal', arg: { id: 'prp_2' } });
    assert.equal(await button('Accept All').count(), 0);
  });

  it('is the same for everyone, in six themes', async function () {
    await show({ ...state, changed: ['src/http/client.ts'], leftOut: ['src/http/retry.ts'] });
    await view.page.getByText('changed after this proposal').waitFor();
    await view.checkAccessibility();
  });

  it('says what to do when nothing is under review', async () => {
    await show(null);
    await view.page.getByText('Open a proposal to weigh it here.').waitFor();
  });
});
