// The Feedback tab after a real review: rating, saying why, what came of it, and taking it back.
import assert from 'node:assert/strict';
import { DashboardPage } from './support/dashboardPage.mjs';
import { reviewOnce } from './support/realRun.ts';

describe('the Feedback tab', () => {
  let dashboard;
  const card = (name) => dashboard.page.getByRole('region', { name: new RegExp(`^${name}`) });

  before(async () => {
    dashboard = await DashboardPage.start({ prepare: reviewOnce, actions: { saveText: () => true } });
    await dashboard.open('Feedback');
    await card('Rate runs and proposals').getByText('code-review').waitFor();
  });
  after(async () => dashboard?.stop());

  it('offers runs that ended and what they proposed', async () => {
    assert.ok((await card('Rate runs').getByRole('listitem').count()) >= 3);
    await card('What came of it').getByText('Nothing was said yet.').waitFor();
  });

  it('takes a thumb at once, and then why', async () => {
    await dashboard.page.getByRole('button', { name: 'Not good: code-review' }).click();
    await dashboard.page.getByRole('button', { name: 'Incomplete' }).click();
    await dashboard.page.getByRole('textbox', { name: 'In your own words' }).fill('It missed the lint.');
    await dashboard.page.getByRole('button', { name: 'Save' }).click();
    await card('Rate runs').getByText('Incomplete: It missed the lint.').waitFor();
    const [note] = await (await dashboard.core.get()).call('feedback.list');
    assert.deepEqual([note.rating, note.reason, note.text], ['down', 'incomplete', 'It missed the lint.']);
  });

  it('shows what came of it, with the sample', async () => {
    const line = card('What came of it').getByRole('listitem').first();
    assert.match(await line.innerText(), /^\w+: [\w.]+ confidence 0\.\d\d to 0\.\d\d after 1 note\s+(\d runs?, few runs|not run yet)$/);
    await dashboard.screenshot('feedback-dark');
    await dashboard.checkAccessibility();
  });

  it('exports nothing but on request', async () => {
    assert.deepEqual(dashboard.asked, []);
    await card('What you said').getByRole('button', { name: 'Export…' }).click();
    while (dashboard.asked.length === 0) await dashboard.page.waitForTimeout(20);
    assert.equal(JSON.parse(dashboard.asked[0].arg.text)[0].text, 'It missed the lint.');
  });

  it('takes a note back', async () => {
    await card('What you said').getByRole('button', { name: 'Take Back: code-review' }).click();
    await card('What you said').getByText('Nothing yet.').waitFor();
    await card('What came of it').getByText('Nothing was said yet.').waitFor();
  });

  it('fits a narrow window, and twice the zoom', async () => {
    await dashboard.checkNarrow();
    assert.deepEqual(dashboard.complaints, []);
  });
});
