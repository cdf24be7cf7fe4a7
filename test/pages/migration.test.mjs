// The Migration tab on a real plan file: what each control does is looked up in the file's bytes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DashboardPage } from './support/dashboardPage.mjs';
import { ago, PLAN } from './support/migrationPlan.mjs';

describe('the Migration tab', function () {
  let dashboard;
  let file;
  const read = () => readFileSync(file, 'utf8');
  const row = (id) => dashboard.page.locator(`tr[data-feature="${id}"]`);
  const button = (name) => dashboard.page.getByRole('button', { name, exact: true });
  /** Waits until the file says something. */
  const written = (what) =>
    dashboard.until(() => (typeof what === 'string' ? read().includes(what) : what.test(read())), `${what} is written`);

  before(async () => {
    dashboard = await DashboardPage.start({
      height: 1000,
      prepare: async (_, root) => {
        mkdirSync(path.join(root, '.cas', 'migrations'), { recursive: true });
        file = path.join(root, '.cas', 'migrations', 'move.yaml');
        writeFileSync(file, PLAN);
      },
    });
    await dashboard.open('Migration');
    await row('rewind').waitFor();
  });
  /** Writes the file, and waits until the page has it. */
  const give = async (text, name) => {
    writeFileSync(file, text);
    await (await dashboard.core.get()).call('migrations.touched');
    await dashboard.page.locator('.planhead h2', { hasText: name }).waitFor();
  };
  beforeEach(async () => {
    await give(PLAN.replace('name: Custom to LangGraph', 'name: Between two tests'), 'Between two tests');
    await give(PLAN, 'Custom to LangGraph');
  });
  after(() => dashboard?.stop());

  it('shows the same figures as the core gives to everyone', async () => {
    const { figures } = await (await dashboard.core.get()).call('migrations.get', 'move');
    const text = (await dashboard.page.locator('.planhead').innerText()).replaceAll(/\s+/g, ' ');
    assert.ok(
      text.includes(`${figures.progress.percent}%`) && text.includes(`${figures.progress.done} of ${figures.progress.total} features`),
      text,
    );
    assert.ok(text.includes(`${figures.velocity.featuresPerWeek.toFixed(1)} a week`), text);
    assert.equal(await dashboard.page.locator('.phase').count(), 5);
    assert.deepEqual(dashboard.complaints, []);
    assert.deepEqual(await dashboard.widerThanWindow(), []);
    for (const theme of ['dark-modern', 'light-modern', 'hc-dark']) {
      await dashboard.setTheme(theme);
      await dashboard.screenshot(`migration-${theme}`);
    }
    await dashboard.setTheme('dark-modern');
  });

  it('filters by the phases that are pressed, several at once', async () => {
    await button(/^3\. Orchestration/).click();
    await button(/^4\. State and tracing/).click();
    assert.equal(await row('base-0').count(), 0);
    assert.equal(await row('sequential').count(), 1);
    assert.equal(await row('spans').count(), 1);
    await dashboard.screenshot('migration-phases');
    await button(/^3\. Orchestration/).click();
    assert.equal(await row('sequential').count(), 0);
    await button(/^4\. State and tracing/).click();
    await dashboard.page.getByLabel('Filter features').fill('trace');
    assert.equal(await dashboard.page.locator('tr[data-feature]').count(), 1);
    await dashboard.page.getByLabel('Filter features').fill('');
  });

  it('writes a status where it stands, and nothing else', async () => {
    await dashboard.page.getByLabel('Status of Rewind and fork').selectOption('done');
    await written(/status: done # since Monday/);
    const expected = PLAN.replace('status: in progress # since Monday', 'status: done # since Monday').replace(
      '    actualHours: 3\n    dependencies: [checkpoints]\n',
      `    actualHours: 3\n    completedDate: ${ago(0)}\n    dependencies: [checkpoints]\n`,
    );
    assert.equal(read(), expected);
    await row('rewind').getByText('Change the completion date').waitFor({ state: 'attached' });
  });

  it('writes hours and dates from fields in the row; Escape writes nothing', async () => {
    await row('rewind').getByTitle('Change hours').click();
    const actual = dashboard.page.getByLabel('Actual hours of Rewind and fork');
    await actual.fill('7');
    await actual.press('Escape');
    await actual.waitFor({ state: 'detached' });
    await row('sequential').getByTitle('Change the completion date').click();
    const date = dashboard.page.getByLabel('Completion date of Sequential steps');
    await date.fill(ago(17));
    await date.press('Enter');
    await written(ago(17));
    // Edits are written in the order in which they are made: the one that was taken back would stand there.
    const dated = PLAN.replace(`completedDate: ${ago(18)}`, `completedDate: ${ago(17)}`);
    assert.equal(read(), dated);
    await row('rewind').getByTitle('Change hours').click();
    await actual.fill('12.5');
    await actual.press('Enter');
    await written('actualHours: 12.5');
    assert.equal(read(), dated.replace('actualHours: 3\n', 'actualHours: 12.5\n'));
    await row('rewind').locator('.over', { hasText: '12.5h' }).waitFor();
  });

  it('writes both hours when both were changed', async () => {
    await row('rewind').getByTitle('Change hours').click();
    await dashboard.page.getByLabel('Planned hours of Rewind and fork').fill('20');
    const actual = dashboard.page.getByLabel('Actual hours of Rewind and fork');
    await actual.fill('4');
    await actual.press('Enter');
    await written('estimatedHours: 20\n    actualHours: 4\n');
    assert.equal(read(), PLAN.replace('estimatedHours: 10\n    actualHours: 3\n', 'estimatedHours: 20\n    actualHours: 4\n'));
  });

  it('changes the priority where it stands', async () => {
    await dashboard.page.getByLabel('Priority of Rewind and fork').selectOption('critical');
    await written('priority: critical\n    status: in progress # since Monday');
    assert.equal(read(), PLAN.replace('    status: in progress # since', '    priority: critical\n    status: in progress # since'));
    await row('rewind').locator('.tag.crit').waitFor();
  });

  it('adds a feature in the phase that is looked at, behind the others of it', async () => {
    await button(/^4\. State and tracing/).click();
    await button('Add Feature…').click();
    const dialog = dashboard.page.getByRole('dialog', { name: 'Add a feature' });
    assert.equal(await dialog.getByRole('button', { name: 'Add', exact: true }).getAttribute('aria-disabled'), 'true', 'a name is needed');
    await dialog.getByLabel('Name').fill('Replay in the browser');
    await dialog.getByLabel('Priority').selectOption('nice to have');
    await dialog.getByLabel('Planned hours').fill('2,5');
    await dialog.getByLabel('Notes').fill('First: the viewer\nthen its keys');
    await dashboard.screenshot('migration-add');
    await dialog.getByLabel('Name').press('Enter');
    await written('then its keys');
    const added = [
      '  - id: replay-in-the-browser',
      '    name: Replay in the browser',
      '    phase: state',
      '    priority: nice to have',
      '    estimatedHours: 2.5',
      `    addedDate: ${ago(0)}`,
      '    notes: |-',
      '      First: the viewer',
      '      then its keys',
      '',
    ].join('\n');
    assert.equal(read(), PLAN.replace('  - id: switch\n', `${added}  - id: switch\n`));
    await dialog.waitFor({ state: 'detached' });
    await row('replay-in-the-browser').and(dashboard.page.locator('[aria-selected=true]')).waitFor();
    await button(/^4\. State and tracing/).click();
  });

  it('changes all values of a feature, from the keyboard too, and writes only what was changed', async () => {
    await row('spans').focus();
    await row('spans').press('F2');
    const dialog = dashboard.page.getByRole('dialog', { name: 'Change a feature' });
    await dialog.getByLabel('Phase').selectOption('cutover');
    await dialog.getByLabel('Notes').fill('Ask the team');
    await dashboard.checkAccessibility({ in: ['dark-modern', 'hc-light'] });
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await written('Ask the team');
    const before = '    name: Trace spans\n    phase: state\n    estimatedHours: 6\n';
    assert.equal(
      read(),
      PLAN.replace(before, '    name: Trace spans\n    phase: cutover\n    estimatedHours: 6\n    notes: Ask the team\n'),
    );
    await dialog.waitFor({ state: 'detached' });
    await dashboard.page.locator('.notes', { hasText: 'Ask the team' }).waitFor();
  });

  it('says in the form that somebody else was faster, keeps what was typed, and writes at the second try', async () => {
    await row('spans').focus();
    await row('spans').press('F2');
    const dialog = dashboard.page.getByRole('dialog', { name: 'Change a feature' });
    await dialog.getByLabel('Notes').fill('Mine');
    const theirs = PLAN.replace('name: Trace spans', 'name: All trace spans');
    writeFileSync(file, theirs);
    await (await dashboard.core.get()).call('migrations.touched');
    await row('spans').getByText('All trace spans', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await dialog.getByText('was changed meanwhile, so nothing was written').waitFor();
    assert.equal(read(), theirs);
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await written('notes: Mine');
    assert.match(read(), /name: All trace spans/);
    await dialog.waitFor({ state: 'detached' });
  });

  it('does not overwrite what somebody else changed meanwhile', async () => {
    const theirs = PLAN.replace('name: Trace spans', 'name: All trace spans');
    const select = await dashboard.page.getByLabel('Status of Resume after restart').elementHandle();
    writeFileSync(file, theirs);
    // At once, before the page hears of the change.
    await select.evaluate((element) => {
      element.value = Array.from(element.options).find((option) => option.text === 'in progress' || option.value === 'in progress').value;
      element.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await dashboard.page.getByText('was changed meanwhile, so nothing was written').waitFor();
    assert.equal(read(), theirs);
    await row('spans').getByText('All trace spans', { exact: true }).waitFor();
    await dashboard.page.getByLabel('Status of Resume after restart').selectOption('in progress');
    await written('startedDate');
    assert.match(read(), /name: All trace spans/);
  });

  it('runs the clock of what comes first, and writes its time down', async () => {
    await button(/^Continue (Rewind and fork|Sub-workflows)/).click();
    const stop = button(/^Stop (Rewind and fork|Sub-workflows)/);
    await stop.waitFor();
    await dashboard.page.getByLabel('Its clock is running').waitFor();
    // A second is too short to count; the clock has to reach a thousandth of an hour.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await stop.click();
    await written(/from: clock/);
  });

  it('shows one hop of dependencies around the chosen feature, and follows it', async () => {
    await row('rewind').getByText('Rewind and fork', { exact: true }).click();
    const hop = dashboard.page.locator('.hop');
    await hop.getByText('Durable checkpoints').waitFor();
    await hop.getByText('Council as a graph node').click();
    await hop.getByText('Fan-out and join').waitFor();
    assert.equal(await row('council').getAttribute('aria-selected'), 'true');
    await button('Open Council as a graph node in Its File').click();
    const asked = dashboard.asked.at(-1);
    assert.equal(asked.action, 'openFile');
    assert.equal(PLAN.split('\n')[asked.arg.line - 1], '  - id: council');
    await button('Run a Workflow for Council as a graph node').click();
    await dashboard.page.waitForFunction(() => true);
    assert.deepEqual(dashboard.asked.at(-1), {
      action: 'command',
      arg: { id: 'cas.workflow.run', args: [{ tags: ['feature:move/council'] }] },
    });
  });

  it('draws the features as a graph that arrows walk through', async () => {
    await button('Show as Graph').click();
    const node = dashboard.page.locator('.graph [data-node="conditional"]');
    await node.click();
    await node.press('ArrowLeft');
    assert.equal(await dashboard.page.evaluate(() => document.activeElement?.dataset.node), 'sequential');
    await dashboard.screenshot('migration-graph');
    await dashboard.checkAccessibility({ in: ['dark-modern', 'hc-light'] });
    await button('Show as Checklist').click();
  });

  it('is one stop for the keyboard, and folds', async () => {
    const group = dashboard.page.locator('tr.g').first();
    await group.focus();
    await group.press('ArrowLeft');
    assert.equal(await row('base-0').count(), 0);
    await group.press('ArrowRight');
    await group.press('ArrowDown');
    assert.equal(await dashboard.page.evaluate(() => document.activeElement?.dataset.feature), 'base-0');
    await dashboard.page.keyboard.press('Enter');
    assert.equal(await row('base-0').getAttribute('aria-selected'), 'true');
    assert.equal(await dashboard.page.locator('.checklist tr[tabindex="0"]').count(), 1);
  });

  it('has a table behind each chart', async () => {
    for (const name of ['Show Burn-up as a Table', 'Show Velocity as a Table']) await button(name).click();
    assert.equal(await dashboard.page.locator('.charttable').count(), 2);
    for (const name of ['Show Burn-up as a Table', 'Show Velocity as a Table']) await button(name).click();
  });

  it('keeps the last good figures over a broken file, with a link to each problem', async () => {
    const { page, core } = dashboard;
    writeFileSync(file, PLAN.replace('status: in progress # since Monday', 'status: nearly'));
    await (await core.get()).call('migrations.touched');
    const problem = page.locator('.problems', { hasText: 'has an error' });
    await problem.waitFor();
    assert.equal(await row('rewind').count(), 1);
    assert.equal(await page.getByLabel('Status of Rewind and fork').count(), 0, 'nothing can be changed');
    await dashboard.screenshot('migration-broken');
    await problem.getByRole('button').first().click();
    assert.deepEqual(dashboard.asked.at(-1)?.arg.path, '.cas/migrations/move.yaml');
  });

  it('shows the plan that comes with CAS, which can be copied but not changed', async () => {
    const { page } = dashboard;
    await page.getByLabel('Plan', { exact: true }).selectOption('custom-to-langgraph');
    await page.getByText('Not measured yet').waitFor();
    assert.equal(await page.locator('tr[data-feature]').count(), 24);
    assert.equal(await page.locator('tr[data-feature] select').count(), 0);
    await button('Copy to Workspace…').click();
    assert.deepEqual(dashboard.asked.at(-1), { action: 'command', arg: { id: 'cas.migration.copy', args: ['custom-to-langgraph'] } });
    await dashboard.screenshot('migration-built-in');
    await page.getByLabel('Plan', { exact: true }).selectOption('move');
    await row('rewind').waitFor();
  });

  it('is the same for everyone, in six themes', async () => {
    await dashboard.checkAccessibility();
  });

  it('fits a narrow page, as 640 px at 200 % zoom are', async () => {
    const tooWide = () => {
      const limit = document.documentElement.clientWidth;
      const inside = (element) => element.closest('.graph, .checkscroll, .tablebox, svg') !== null;
      return Array.from(document.querySelectorAll('.migration *'))
        .filter((element) => !inside(element) && element.getBoundingClientRect().right > limit + 1)
        .map((element) => element.className);
    };
    for (const width of [1000, 700, 480, 320]) {
      await dashboard.page.setViewportSize({ width, height: 900 });
      await dashboard.page.waitForFunction(() => document.querySelector('.hop svg').getBoundingClientRect().right <= window.innerWidth);
      assert.deepEqual(await dashboard.page.evaluate(tooWide), [], `${width} px`);
      const name = await row('rewind').locator('.name .clip').boundingBox();
      assert.ok(name !== null && name.width > 60, `${width} px: the name can be read`);
    }
    await dashboard.screenshot('migration-320');
    await dashboard.page.setViewportSize({ width: 1280, height: 1000 });
  });

  it('draws the first hundred of thousands of features, and the rest when asked', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `  - { id: f${index}, name: Feature ${index}, phase: cutover }\n`).join('');
    writeFileSync(file, PLAN + many);
    await (await dashboard.core.get()).call('migrations.touched');
    await button('Show 2902 More').waitFor();
    assert.ok((await dashboard.page.locator('tr[data-feature]').count()) < 300);
    await button('Show 2902 More').click();
    await row('f2999').waitFor({ state: 'attached' });
  });
});
