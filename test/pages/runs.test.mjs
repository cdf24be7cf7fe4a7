// The Runs tab with real runs of real workflows: a model that streams from a script, a gate, a loop, a map, a failure.
import assert from 'node:assert/strict';
import { startReleases } from './support/releases.mjs';

describe('runs in the dashboard', () => {
  let model;
  let dashboard;
  let page;
  let api;
  let runId;

  const header = () => page.locator('.runhead');
  const button = (name) => page.getByRole('button', { name, exact: true });
  const state = (word) => header().getByRole('status').filter({ hasText: word }).waitFor();
  const dialog = () => page.getByRole('dialog');
  const openRun = async (id) => {
    await dashboard.page.evaluate(() => sessionStorage.clear());
    await dashboard.load();
    await dashboard.open('Runs');
    await page.locator(`[data-run="${id}"]`).click();
    await header().waitFor();
  };
  const start = (workflow, more = {}) => api.call('runs.start', { workflow, mode: 'strict', ...more });
  const ended = (id) => dashboard.until(async () => (await api.call('runs.get', id)).endedAt !== null, 'the end');

  // Each test goes on where the one before left the page. Mocha's own `bail` would leave all of them out after a failure elsewhere.
  let hasFailed = false;
  beforeEach(function () {
    if (hasFailed) this.skip();
  });
  afterEach(function () {
    hasFailed ||= this.currentTest.state === 'failed';
  });

  before(async () => {
    ({ model, dashboard, api } = await startReleases());
    ({ page } = dashboard);
  });
  after(async () => {
    await dashboard?.stop();
    await model?.close();
  });

  it('say what will appear, while there are none', async () => {
    await dashboard.open('Runs');
    await page.getByText('Runs appear here').waitFor();
    await button('Run Workflow…').click();
    assert.deepEqual(dashboard.asked.at(-1), { action: 'command', arg: { id: 'cas.workflow.run' } });
  });

  it('appear as they start, and open with a click', async () => {
    ({ runId } = await start('release', { title: 'Release 4.2', budget: { costMicroUsd: 2_000_000 } }));
    await page.locator(`[data-run="${runId}"]`).click();
    await header().getByRole('heading', { name: 'Release 4.2' }).waitFor();
    await state('Waiting for you');
    await page.getByRole('tab', { name: 'Runs 1 live' }).waitFor();
  });

  it('show what was said and done: text that is laid out and never executed, tools, and the wait for another attempt', async () => {
    const log = page.getByRole('log');
    await log.getByText('two', { exact: true }).waitFor();
    assert.equal(await log.locator('strong', { hasText: 'two' }).count(), 1);
    assert.equal(await log.locator('img, script').count(), 0);
    await log.getByText('<script>window.hacked=1</script>').waitFor();
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    await log.locator('.tool', { hasText: 'files.read' }).waitFor();
    await log.getByText(/limiting the rate of calls\. Waited/).waitFor();
    await log.getByRole('link', { name: 'a page' }).click();
    await dashboard.until(() => dashboard.asked.at(-1).action === 'openLink', 'the link');
    assert.deepEqual(dashboard.asked.at(-1).arg, { url: 'https://example.test/x' });
    await log.getByRole('link', { name: 'a file' }).click();
    await dashboard.until(() => dashboard.asked.at(-1).action === 'openFile', 'the file');
    assert.deepEqual(dashboard.asked.at(-1).arg, { path: 'src/prices.js', line: 4 });
    const before = dashboard.asked.length;
    await log.getByText('none', { exact: true }).click();
    assert.equal(dashboard.asked.length, before);
  });

  it('count: elapsed time, steps, tokens, cost against the budget, checkpoints and retries with their reason', async () => {
    const strip = await page.locator('.strip').innerText();
    assert.match(strip, /2 of 6 steps/);
    assert.match(strip, /tokens/);
    assert.match(strip, /of \$2\.00/);
    assert.match(strip, /3 checkpoints/);
    assert.match(strip, /1 retry/);
    assert.match(strip, /limiting the rate/);
  });

  it('are paused, and resumed', async () => {
    await button('Pause').click();
    await state('Paused');
    assert.equal((await api.call('runs.get', runId)).status, 'paused');
    await button('Resume').click();
    await state('Waiting for you');
  });

  it('ask, with a reason that is kept', async () => {
    const ask = page.locator('.ask');
    await ask.getByText('this', { exact: true }).waitFor();
    await dashboard.screenshot('run-waiting-dark');
    await ask.getByLabel('Reason').fill('it is Friday');
    await ask.getByRole('button').first().click();
    await ask.waitFor({ state: 'detached' });
    const [made] = await api.call('runs.events', { id: runId, types: ['decision.made'] });
    assert.equal(made.reason, 'it is Friday');
  });

  it('stream what a model says, while it says it', async () => {
    await page.locator('.stream', { hasText: 'Everything went well and this' }).waitFor();
    await page.locator('.rungraph .runnode.running', { hasText: 'Tell' }).waitFor();
    await dashboard.screenshot('run-live-dark');
  });

  it('show the plan as a graph: the tries of a loop, the items of a map, what is done and what runs', async () => {
    await page.locator('.rungraph .scope', { hasText: 'Repair · try 2 of 3' }).waitFor();
    await page.locator('.rungraph .scope', { hasText: 'Each part · 3 items' }).waitFor();
    await page.locator('.rungraph .looplabel', { hasText: '2 tries' }).waitFor();
    assert.match(await page.locator('.rungraph .runnode', { hasText: 'Measure' }).innerText(), /Measure\s+Done\s+3 of 3 done/);
    assert.ok((await page.locator('.rungraph .runline.done').count()) >= 5);
  });

  it('go through the graph with arrows, and choose a step everywhere at once', async () => {
    await page.locator('.rungraph .runnode', { hasText: 'Plan' }).first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const chosen = page.locator('.rungraph .runnode[aria-pressed=true]');
    assert.match(await chosen.innerText(), /Look again/);
    await page.locator('.timeline [aria-selected=true]', { hasText: 'Look again' }).waitFor();
    await page.locator('.output').getByText('Show All Steps').waitFor();
    const shown = await page.getByRole('log').innerText();
    assert.match(shown, /Look again #2 done/);
    assert.doesNotMatch(shown, /Everything went/);
    await button('Show All Steps').click();
    await page.locator('.stream').waitFor();
  });

  it('list their steps for who does not see the graph', async () => {
    const steps = page.getByRole('navigation', { name: 'Steps' });
    assert.match(await steps.innerText(), /Get to know the project[\s\S]*Repair · try 2 of 3[\s\S]*Look again/);
    await steps.getByRole('button', { name: /^Plan/ }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.timeline [aria-selected=true]', { hasText: 'Plan' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.timeline [aria-selected=true]').count(), 0);
  });

  it('come back as they are when the page is loaded again in the middle', async () => {
    await dashboard.load();
    await page.locator('.stream', { hasText: 'Everything went well and this' }).waitFor();
    await state('Running');
    await dashboard.hide();
    await dashboard.show();
    await page.locator('.stream', { hasText: 'Everything went well and this' }).waitFor();
  });

  it('have every event, each with its JSON', async () => {
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.locator('.erow').first().click();
    assert.match(await page.locator('.opened .json').innerText(), /"type": "run.created"/);
    await button('Copy Event').click();
    assert.match(dashboard.asked.at(-1).arg.text, /run\.created/);
    await button('Close').click();
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByText('proposed no changes').waitFor();
    await page.getByRole('tab', { name: 'Output' }).click();
  });

  it('are accessible in six themes while they go on', () => dashboard.checkAccessibility());

  it('show what a checkpoint held', async () => {
    const point = page.locator('.checkpoints li', { hasText: /^Plan done/ });
    await point.locator('.what').click();
    await dialog().getByText('Version 2').waitFor();
    await dialog().getByText('Get to know the project').waitFor();
    assert.equal(await dialog().getByText('Approve the plan').count(), 1);
    await dialog().getByRole('button', { name: 'Close' }).click();
    await dialog().waitFor({ state: 'detached' });
  });

  it('are rewound, after saying what is set aside, and go on from there', async () => {
    const point = page.locator('.checkpoints li', { hasText: 'Check #1 done' });
    await point.hover();
    await point.getByRole('button', { name: 'Rewind to Here' }).click();
    const text = await dialog().innerText();
    assert.match(text, /Look again .*repair#2\/look/);
    assert.match(text, /Files in the folder do not change/);
    await dashboard.screenshot('run-rewind-dark');
    await dialog().getByLabel('Reason').fill('once more');
    await dialog().getByRole('button', { name: 'Rewind' }).click();
    await dialog().waitFor({ state: 'detached' });
    await state('Paused');
    const [rewound] = await api.call('runs.events', { id: runId, types: ['run.rewound'] });
    assert.deepEqual([rewound.toVersion, rewound.reason], [5, 'once more']);
    assert.equal(await page.locator('.checkpoints li.aside').count(), rewound.setAside.length);
    await button('Resume').click();
    await page.locator('.stream', { hasText: 'Everything went well and this' }).waitFor();
  });

  it('take a result from a person, with a reason, and end with it', async () => {
    await button('Override…').click();
    await dialog().getByLabel('Step').selectOption('tell');
    await dialog().getByLabel('Result, as JSON').fill('{ "title": ');
    await dialog().getByText('This is not JSON').waitFor();
    await dialog().getByLabel('Result, as JSON').fill('{ "title": "Written by hand" }');
    await dialog().getByLabel('Reason, kept in the audit').fill('the writer hangs');
    await dialog().getByRole('button', { name: 'Override', exact: true }).click();
    await state('Done');
    const view = await api.call('runs.get', runId);
    assert.deepEqual([view.status, view.results.tell], ['completed', { title: 'Written by hand' }]);
    await button('Run Again…').click();
    assert.deepEqual(dashboard.asked.at(-1).arg, { id: 'cas.run.rerun', args: [{ runId }] });
  });

  it('are forked, and the new run opens', async () => {
    const point = page.locator('.checkpoints li', { hasText: /^Plan done/ });
    await point.hover();
    await point.getByRole('button', { name: 'Fork from Here: Plan done' }).click();
    await dialog().getByLabel('Title').fill('Release 4.3');
    await dialog().getByRole('button', { name: 'Fork' }).click();
    await header().getByRole('heading', { name: 'Release 4.3' }).waitFor();
    const [fork] = await api.call('runs.list', { limit: 1 });
    assert.deepEqual([fork.title, fork.id === runId], ['Release 4.3', false]);
    await state('Waiting for you');
  });

  it('are cancelled, with a reason', async () => {
    await button('Cancel').click();
    await dialog().getByLabel('Reason').fill('not now');
    await dialog().getByRole('button', { name: 'Cancel Run' }).click();
    await state('Cancelled');
    await page.getByText(/Run cancelled\. \d+ checkpoints kept/).waitFor();
    const [fork] = await api.call('runs.list', { limit: 1 });
    assert.equal(fork.status, 'cancelled');
  });

  it('that fail say why, what was undone, and can be put back or put aside', async () => {
    const { runId: broken } = await start('broken', { mode: 'auto', title: 'A broken one' });
    await ended(broken);
    await openRun(broken);
    await state('Failed');
    const failed = page.getByRole('region', { name: 'Failed for good' });
    await failed.getByText('second', { exact: true }).waitFor();
    await page.locator('[aria-label="Undoing"]', { hasText: 'First' }).waitFor();
    await dashboard.checkAccessibility({ in: ['dark-modern', 'light-modern'] });
    await dashboard.screenshot('run-failed-dark');
    await failed.getByRole('button', { name: 'Put Back' }).click();
    await dashboard.until(
      async () => (await api.call('runs.events', { id: broken, types: ['run.failed'] })).length === 2,
      'the second failure',
    );
    await failed.getByRole('button', { name: 'Discard…' }).click();
    assert.equal(await dialog().getByRole('button', { name: 'Discard' }).getAttribute('aria-disabled'), 'true');
    await dialog().getByLabel('Reason').fill('known');
    await dialog().getByRole('button', { name: 'Discard' }).click();
    await failed.waitFor({ state: 'detached' });
    assert.deepEqual(await api.call('dlq.list', {}), []);
  });

  it('are filtered by state, workflow and text', async () => {
    await button('All Runs').click();
    const rows = page.locator('[data-run]');
    await dashboard.until(async () => (await rows.count()) === 3, 'all three');
    await page.getByLabel('State', { exact: true }).selectOption('failed');
    await dashboard.until(async () => (await rows.count()) === 1, 'the failed one');
    await page.getByLabel('State', { exact: true }).selectOption('');
    await page.getByLabel('Workflow', { exact: true }).selectOption('release');
    await dashboard.until(async () => (await rows.count()) === 2, 'two releases');
    await page.getByLabel('Filter by title, workflow or id').fill('4.3');
    await dashboard.until(async () => (await rows.count()) === 1, 'release 4.3');
    await page.getByLabel('Filter by title, workflow or id').fill('nothing like it');
    await button('Clear Filters').click();
    await dashboard.until(async () => (await rows.count()) === 3, 'all again');
    await dashboard.checkAccessibility();
    await dashboard.screenshot('runs-dark');
  });

  it('open with Enter, and lead back to the list', async () => {
    await page.locator('[data-run]').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await header().waitFor();
    await button('All Runs').click();
    await page.locator('[data-run]').first().waitFor();
  });

  it('fit a narrow page: the list of steps takes the place of the graph', async () => {
    await page.locator('[data-run]').last().click();
    await header().waitFor();
    await page.locator('.rungraph').waitFor();
    for (const theme of ['dark-modern', 'light-modern', 'hc-dark']) {
      await dashboard.setTheme(theme);
      await page.setViewportSize({ width: 1280, height: 800 });
      await dashboard.screenshot(`run-${theme}`);
      await page.setViewportSize({ width: 320, height: 900 });
      await page.locator('.rungraph').waitFor({ state: 'hidden' });
      await dashboard.screenshot(`run-${theme}-320`);
      assert.equal(await page.locator('#tabpanel').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await dashboard.setTheme('dark-modern');
  });

  it('ask at the limit of their budget, and show how far the raised one goes', async () => {
    const { runId: tight } = await start('release', { title: 'Tight', budget: { tokens: 1_000 } });
    await openRun(tight);
    const ask = page.locator('.ask', { hasText: 'The budget of this run is reached: 1,000 tokens' });
    await ask.getByRole('button', { name: 'Raise it to 2,000 tokens' }).click();
    await ask.waitFor({ state: 'detached' });
    await page.locator('.ask', { hasText: '2,000 tokens' }).waitFor();
    await page.getByRole('img', { name: /^Tokens of the budget used: 0%/ }).waitFor();
    const [made] = await api.call('runs.events', { id: tight, types: ['decision.made'] });
    assert.equal(made.choice, 'raise-run');
    await api.call('runs.cancel', { id: tight });
    await state('Cancelled');
  });

  it('break no rule of the security policy', () => assert.deepEqual(dashboard.complaints, []));
});
