// Live Status: what the runtimes can do, measured by the real probes, and what is shown of runtimes that lack something.
import assert from 'node:assert/strict';
import { DashboardPage } from './support/dashboardPage.mjs';

describe('Live Status', () => {
  let dashboard;

  before(async () => {
    dashboard = await DashboardPage.start();
  });
  after(async () => dashboard?.stop());

  it('says of nothing that it works before it was measured', async () => {
    await dashboard.page.getByRole('treegrid', { name: 'Feature parity' }).waitFor();
    assert.equal(await dashboard.page.locator('.feature-row').count(), 24);
    assert.deepEqual(await dashboard.page.locator('.feature-row .verdict').allInnerTexts(), Array(48).fill('Not measured yet'));
    await dashboard.checkAccessibility();
    await dashboard.screenshot('live-status-unmeasured-dark');
  });

  it('measures both runtimes when a person asks, and shows what was found', async () => {
    await dashboard.page.getByRole('button', { name: 'Run Probes' }).click();
    await dashboard.page.getByRole('button', { name: 'Running' }).waitFor();
    await dashboard.page.getByRole('button', { name: 'Run Probes' }).waitFor();
    const words = await dashboard.page.locator('.feature-row .verdict').allInnerTexts();
    assert.equal(words.filter((text) => text.startsWith('Available')).length, 48, words.join('; '));
    await dashboard.page.locator('.paritybar[aria-label="24 available, 0 partial, 0 unavailable"]').first().waitFor();
    await dashboard.page.getByText(/^48 in \d/).waitFor();
  });

  it('shows the evidence under the row, by the keyboard too, and gives the focus back', async () => {
    await dashboard.page.getByRole('row', { name: /^State Store, critical\. Custom available, measured .* LangGraph available/ }).focus();
    await dashboard.page.keyboard.press('Enter');
    await dashboard.page.locator('.evidence dt', { hasText: 'Measured' }).first().waitFor();
    await dashboard.page.getByText('Last probe: 1 available').waitFor();
    await dashboard.checkAccessibility({ in: ['dark-modern', 'light-modern', 'hc-dark'] });
    await dashboard.screenshot('live-status-dark');
    await dashboard.setTheme('light-modern');
    await dashboard.screenshot('live-status-light');
    await dashboard.setTheme('dark-modern');
    await dashboard.page.keyboard.press('Escape');
    assert.equal(await dashboard.page.locator('.evidence').count(), 0);
    assert.equal(await dashboard.page.evaluate(() => document.activeElement.dataset.stop), 'state-store');
  });

  it('probes one feature again and adds its outcome to those before', async () => {
    await dashboard.page.keyboard.press('Enter');
    await dashboard.page.getByRole('button', { name: 'Probe again' }).click();
    await dashboard.page.getByText('Last 2 probes: 2 available').waitFor();
    assert.equal(await dashboard.page.locator('.sparkline rect').count(), 2);
    await dashboard.page.getByText(/^48 in \d/).waitFor();
  });

  it('opens what the runtime told while it was probed', async () => {
    await dashboard.page.getByRole('button', { name: 'Open trace' }).click();
    const trace = dashboard.page.getByRole('region', { name: 'Trace' });
    await trace.getByText('run.completed').first().waitFor();
    assert.match(await trace.locator('tbody tr').first().innerText(), /run\.created/);
    await dashboard.checkAccessibility({ in: ['dark-modern', 'light-modern', 'hc-dark'] });
    await dashboard.screenshot('live-status-trace-dark');
    await dashboard.page.getByRole('button', { name: 'Close trace' }).click();
    assert.equal(await trace.count(), 0);
  });
});

/** A table of measurements in which the active runtime lacks something, one is old, one probe broke, and one was never run. */
function unevenTable(features) {
  const now = Date.now();
  const result = (feature, verdict, more = {}) => ({
    feature,
    verdict,
    at: now - 125_000,
    durationMs: 2_310,
    missing: [],
    evidence: [{ did: 'cancelled a step', expected: 'it ends within 2 s', measured: '2.31 s', passed: verdict === 'available' }],
    ...more,
  });
  const special = {
    'task-cancellation': result('task-cancellation', 'partial', { missing: ['it ends within 2 s (measured: 2.31 s)'] }),
    'message-bus': result('message-bus', 'unavailable', { missing: ['messages arrive (measured: none)'] }),
    'retry-logic': result('retry-logic', 'available', { at: now - 2.1 * 3_600_000 }),
    'single-task': { ...result('single-task', 'probe error'), error: { code: 'x', message: 'No room.', retryable: false, details: {} } },
  };
  const custom = features.filter(({ id }) => id !== 'state-store').map(({ id }) => special[id] ?? result(id, 'available'));
  const langgraph = features.map(({ id }) => result(id, 'available'));
  const report = (runtime, results) => ({ runtime, at: now - 125_000, durationMs: 1_900, available: 0, total: 24, results });
  return { features, reports: [report('custom', custom), report('langgraph', langgraph)] };
}

describe('Live Status of a runtime that lacks something', () => {
  let dashboard;
  const row = (name) => dashboard.page.locator('.feature-row', { hasText: name });
  const verdict = (name) => row(name).locator('.verdict').first();

  before(async () => {
    const answers = {};
    dashboard = await DashboardPage.start({
      answers,
      prepare: async (api) => {
        const { features } = await api.call('parity.latest');
        answers['parity.latest'] = async () => unevenTable(features);
      },
    });
    await row('State Store').waitFor();
  });
  after(async () => dashboard?.stop());

  it('says what is missing, what is stale, what was never measured, and that a broken probe is no verdict', async () => {
    assert.equal(await verdict('Task Cancellation').innerText(), 'Partial\nit ends within 2 s (measured: 2.31 s)\n2 min ago · 2.3 s');
    assert.equal(await verdict('Retry Logic').innerText(), 'Available\nstale, 2 h ago');
    assert.equal(await verdict('State Store').innerText(), 'Not measured yet');
    assert.equal(await verdict('Single Task').innerText(), 'Probe error\nNo room.\n2 min ago · 2.3 s');
    assert.equal(
      await row('Task Cancellation').getAttribute('aria-label'),
      'Task Cancellation, critical. Custom partial, measured 2 min ago, 2.31 seconds. LangGraph available, measured 2 min ago, 2.31 seconds.',
    );
  });

  it('dims what the active runtime lacks, but not the word for it nor the other runtime', async () => {
    const opacity = (locator) => locator.evaluate((element) => Number(getComputedStyle(element).opacity));
    const off = row('Message Bus');
    assert.equal(await opacity(off.locator('td.feature .fade')), 0.3);
    assert.equal(await opacity(off.locator('.verdict').first()), 1);
    assert.equal(await opacity(off.locator('.verdict').nth(1).locator('.codicon')), 1);
    await off.focus();
    assert.equal(await opacity(off.locator('td.feature .fade')), 1);
    await dashboard.page.getByRole('textbox', { name: 'Filter features' }).focus();
    await dashboard.setTheme('hc-dark');
    assert.equal(await opacity(off.locator('td.feature .fade')), 1);
    await dashboard.setTheme('dark-modern');
  });

  it('is accessible with all its states in six themes', async () => {
    await dashboard.screenshot('live-status-gaps-dark');
    await dashboard.checkAccessibility();
  });

  it('shows gaps, differences and what is critical, with their counts', async () => {
    const shown = async (button) => {
      await dashboard.page.getByRole('button', { name: button }).click();
      return dashboard.page.locator('.feature-row td.feature').allInnerTexts();
    };
    assert.deepEqual(await shown('Gaps 2'), ['Message Bus', 'Task Cancellation']);
    assert.deepEqual(await shown('Differs 2'), ['Message Bus', 'Task Cancellation']);
    assert.equal((await shown('Critical 11')).length, 11);
    assert.equal((await shown('All 24')).length, 24);
  });

  it('filters from anywhere with a slash, and says when nothing matches', async () => {
    await row('Message Bus').focus();
    await dashboard.page.keyboard.press('/');
    await dashboard.page.keyboard.type('rollb');
    assert.deepEqual(await dashboard.page.locator('.feature-row td.feature').allInnerTexts(), ['State Rollback']);
    await dashboard.page.keyboard.type('zzz');
    await dashboard.page.getByText('No feature matches').waitFor();
    await dashboard.page.keyboard.press('Escape');
    assert.equal(await dashboard.page.locator('.feature-row').count(), 24);
  });

  it('folds and moves with the arrow keys alone', async () => {
    const stop = () => dashboard.page.evaluate(() => document.activeElement.dataset.stop);
    await row('Message Bus').focus();
    await dashboard.page.keyboard.press('ArrowLeft');
    assert.equal(await stop(), 'Infrastructure');
    await dashboard.page.keyboard.press('ArrowLeft');
    assert.equal(await dashboard.page.locator('.feature-row').count(), 20);
    await dashboard.page.keyboard.press('ArrowDown');
    assert.equal(await stop(), 'Task Execution');
    await dashboard.page.keyboard.press('Home');
    await dashboard.page.keyboard.press('ArrowRight');
    await dashboard.page.keyboard.press('End');
    assert.equal(await stop(), 'agent-health-monitoring');
    assert.equal(await dashboard.page.locator('[data-stop][tabindex="0"]').count(), 1);
  });

  it('asks the editor to switch, and exports what it shows', async () => {
    await dashboard.page.getByRole('button', { name: 'Switch…' }).click();
    await dashboard.page.getByRole('button', { name: 'Export Table…' }).click();
    await dashboard.until(() => dashboard.asked.length === 2, 'the editor was asked twice');
    const [first, second] = dashboard.asked;
    assert.deepEqual(first, { action: 'command', arg: { id: 'cas.runtime.switch', args: [] } });
    assert.equal(second.action, 'saveText');
    assert.equal(second.arg.text.split('\r\n').length, 26);
    assert.match(second.arg.text, /\r\ntask-cancellation,Task Execution,critical,partial,20\d\d-/);
  });
});

for (const [name, look] of Object.entries({
  'at 320 × 900': { width: 320, height: 900 },
  'at 200 % zoom': { zoom: 2 },
  'with reduced motion': { reducedMotion: true, width: 700 },
})) {
  it(`Live Status works ${name}`, async () => {
    const dashboard = await DashboardPage.start(look);
    try {
      await dashboard.page.locator('.feature-row').first().waitFor();
      assert.deepEqual(await dashboard.widerThanWindow(), []);
      await dashboard.checkAccessibility({ in: ['dark-modern', 'light-2026'] });
      await dashboard.screenshot(`live-status-${name.replaceAll(/\W+/g, '-')}`);
      if (look.reducedMotion) assert.equal(await dashboard.page.evaluate(() => document.getAnimations().length), 0);
    } finally {
      await dashboard.stop();
    }
  });
}
