// Commands that look back, as they are called from the palette: the audit chain, exports, feedback, the tabs of the dashboard.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { checkLines } from '#core/store/audit/file.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { AuditVerification } from '#protocol/audit.ts';
import type { FeedbackNote } from '#protocol/feedback.ts';
import { answering } from '#test/host/support/answers.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';

const run = <T>(id: string, ...args: readonly unknown[]): Thenable<T> => vscode.commands.executeCommand<T>(id, ...args);

async function* linesOf(text: string): AsyncGenerator<string> {
  yield* text.split('\n');
}

describe('looking back from the palette', () => {
  let api: CoreApi;
  const files: vscode.Uri[] = [];
  const target = (name: string): vscode.Uri => {
    const uri = workspaceUri(name);
    files.push(uri);
    return uri;
  };
  const text = async (uri: vscode.Uri): Promise<string> => Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();

  before(async () => {
    api = await (await extension().activate()).core.get();
    await api.call('agents.setEnabled', { id: 'marketer', enabled: false });
    await api.call('agents.setEnabled', { id: 'marketer', enabled: true });
  });
  after(async () => {
    await Promise.all(files.map((uri) => vscode.workspace.fs.delete(uri)));
    await run('workbench.action.closeAllEditors');
  });

  it('verifies the audit chain', async () => {
    const found = await run<AuditVerification>('cas.audit.verify');
    assert.equal(found.broken, null);
    assert.ok(found.entries >= 2);
  });

  it('exports the audit trail, which verifies anywhere, and leaves an entry: who, where to, how many', async () => {
    const { entries } = await api.call('audit.verify');
    const uri = target('trail of ours.jsonl');
    assert.equal(await answering([{ save: uri }], () => run('cas.audit.export')), true);
    const found = await checkLines(linesOf(await text(uri)));
    assert.deepEqual([found.broken, found.entries], [null, entries]);
    const { entries: newest } = await api.call('audit.list', { limit: 1 });
    assert.deepEqual(
      newest.map(({ actor, action, target: to, data }) => ({ actor, action, to, data })),
      [{ actor: 'person', action: 'audit.export', to: 'trail of ours.jsonl', data: { rows: entries } }],
    );
  });

  it('exports the figures as a table and as JSON, and nothing when the person leaves', async () => {
    const csv = target('figures.csv');
    assert.equal(await answering([{ pick: 'CSV' }, { save: csv }], () => run('cas.metrics.export')), true);
    const rows = (await text(csv)).trimEnd().split(/\r?\n/);
    assert.ok(rows.length > 1 && rows.every((row) => row.includes(',')), rows[0]);
    const json = target('figures.json');
    assert.equal(await answering([{ pick: 'JSON' }, { save: json }], () => run('cas.metrics.export')), true);
    assert.ok('totals' in (JSON.parse(await text(json)) as object));
    assert.equal(await answering([{ pick: null }], () => run('cas.metrics.export')), false);
  });

  it('takes feedback on what is picked, with the reason left out', async () => {
    const answers = [{ pick: 'Quality' }, { pick: 'Not good' }, { pick: null }, { type: 'It missed the debugger.' }];
    const note = await answering(answers, () => run<FeedbackNote>('cas.feedback.give'));
    assert.deepEqual(
      [note.target, note.rating, note.reason, note.text],
      [{ kind: 'agent', id: 'quality' }, 'down', null, 'It missed the debugger.'],
    );
    await api.call('feedback.withdraw', note.id);
  });

  it('shows each tab in the one dashboard there is', async () => {
    const panels = (): readonly vscode.Tab[] =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) =>
        tabs.filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('cas.dashboard')),
      );
    for (const tab of ['LiveStatus', 'Migration', 'Runs', 'Agents', 'Feedback', 'Metrics', 'Audit']) {
      await run('workbench.action.files.newUntitledFile');
      await run(`cas.dashboard.open${tab}`);
      await until(() => panels().length === 1 && panels()[0]?.isActive, `${tab} is in front, in one panel`);
    }
  });
});
