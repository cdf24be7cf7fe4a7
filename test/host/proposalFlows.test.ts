// What a person does with a proposal besides yes and no, in a real editor: edit it, rebase it, ask for changes.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { proposalFileUri } from '#editor/review/proposalUri.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { DecisionOutcome, ProposalView } from '#protocol/proposal.ts';
import { answering } from '#test/host/support/answers.ts';
import { extension, until, workspaceUri } from '#test/host/support/extension.ts';
import { RUN_PATIENCE_MS } from '#test/support/patience.ts';

const FILE = 'src/flows.js';
const line = (name: string): string => `export function ${name}(x) {\n  debugger;\n  return x;\n}\n`;
const SOURCE = `${line('first')}${Array.from({ length: 12 }, (_, at) => `export const n${at} = ${at};\n`).join('')}${line('second')}`;

describe('a proposal in the editor', () => {
  let api: CoreApi;
  let proposal: ProposalView;

  const text = async (): Promise<string> => Buffer.from(await vscode.workspace.fs.readFile(workspaceUri(FILE))).toString();
  const write = (content: string): Thenable<void> => vscode.workspace.fs.writeFile(workspaceUri(FILE), Buffer.from(content));
  const proposed = (): vscode.Uri => proposalFileUri({ id: proposal.id, path: FILE, side: 'proposed', kind: 'modify' });
  const ended = (runId: string) =>
    until(
      async () => {
        const run = await api.call('runs.get', runId);
        return ['completed', 'partial', 'failed'].includes(run.status) && run;
      },
      `run ${runId} ends`,
      RUN_PATIENCE_MS,
    );

  beforeEach(async function () {
    await write(SOURCE);
    api = await (await extension().activate()).core.get();
    const inputs = { paths: [FILE] };
    const request = { workflow: 'code-review', inputs, mode: 'auto' };
    await ended(await vscode.commands.executeCommand<string>('cas.workflow.run', request));
    const open = await api.call('proposals.list', { open: true });
    const views = await Promise.all(open.map(({ id }) => api.call('proposals.get', id)));
    const found = views.find(({ files }) => files.length === 1 && files[0]?.path === FILE && files[0].hunks.length === 2);
    assert.ok(found, `a proposal of two hunks in ${FILE} alone`);
    proposal = found;
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(workspaceUri(FILE));
    if ((await api.call('proposals.get', proposal.id)).status === 'open') await api.call('proposals.reject', { proposalId: proposal.id });
  });

  it('can be edited at the right side; what is saved there is what Accept writes', async () => {
    await vscode.commands.executeCommand('cas.proposal.review', { proposalId: proposal.id });
    const document = await vscode.workspace.openTextDocument(proposed());
    const edit = new vscode.WorkspaceEdit();
    edit.insert(proposed(), new vscode.Position(0, 0), '// mine\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await document.save());
    const view = await api.call('proposals.get', proposal.id);
    assert.equal(view.files[0]?.amendment?.by, 'person');
    assert.equal(await text(), SOURCE);
    await vscode.commands.executeCommand<DecisionOutcome>('cas.proposal.acceptFile', { proposalId: proposal.id, path: FILE });
    assert.equal(await text(), `// mine\n${SOURCE.replaceAll('  debugger;\n', '')}`);
    await vscode.commands.executeCommand('cas.proposal.undoLast', { proposalId: proposal.id });
    assert.equal(await text(), SOURCE);
    await vscode.commands.executeCommand('cas.proposal.discardEdits', { proposalId: proposal.id, path: FILE });
    assert.deepEqual((await api.call('proposals.get', proposal.id)).files, proposal.files);
    await until(() => !document.getText().startsWith('// mine'), 'the diff shows what the agent wrote');
  });

  it('cannot be edited once it is decided', async () => {
    await vscode.commands.executeCommand('cas.proposal.acceptFile', { proposalId: proposal.id, path: FILE });
    await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(proposed(), Buffer.from('x'))));
  });

  it('is decided hunk by hunk, file by file and as a whole, each as it is picked from the palette', async () => {
    const statuses = async (): Promise<readonly string[]> =>
      (await api.call('proposals.get', proposal.id)).files.flatMap(({ hunks }) => hunks.map(({ status }) => status));
    const call = <T>(verb: string): Thenable<T> => vscode.commands.executeCommand<T>(`cas.proposal.${verb}`, { proposalId: proposal.id });
    await answering([{ pick: `${FILE}:` }], () => call('acceptHunk'));
    assert.deepEqual(await statuses(), ['accepted', 'pending']);
    assert.equal(await text(), SOURCE.replace('  debugger;\n', ''));
    await answering([{ pick: `${FILE}:` }], () => call('rejectHunk'));
    assert.deepEqual(await statuses(), ['accepted', 'rejected']);
    await call('undoLast');
    await call('undoLast');
    assert.equal(await text(), SOURCE);
    await answering([{ pick: FILE }], () => call('rejectFile'));
    assert.deepEqual(await statuses(), ['rejected', 'rejected']);
    await call('undoLast');
    await answering([{ press: 'Reject' }], () => call('rejectAll'));
    assert.equal((await api.call('proposals.get', proposal.id)).status, 'rejected');
    assert.equal(await text(), SOURCE);
  });

  it('moves onto the file when that changed, and is told so at the review', async () => {
    await vscode.commands.executeCommand('cas.proposal.review', { proposalId: proposal.id });
    await write(`// mine\n${SOURCE}`);
    assert.equal((await api.call('proposals.get', proposal.id)).files[0]?.disk, 'changed');
    assert.equal(await vscode.commands.executeCommand('cas.proposal.rebase', { proposalId: proposal.id }), true);
    assert.equal((await api.call('proposals.get', proposal.id)).files[0]?.disk, 'same');
    assert.equal(await text(), `// mine\n${SOURCE}`);
    const base = await vscode.workspace.openTextDocument(proposalFileUri({ id: proposal.id, path: FILE, side: 'base', kind: 'modify' }));
    await until(() => base.getText().startsWith('// mine'), 'the left side shows the file as it is');
  });

  it('is drafted anew without what the person does not want, and the new one takes its place', async function () {
    const drop = [{ path: FILE, hunk: '2' }];
    const runId = await vscode.commands.executeCommand<string>('cas.proposal.askForChanges', { proposalId: proposal.id, drop });
    assert.equal((await ended(runId)).workflow, 'rework');
    const old = await api.call('proposals.get', proposal.id);
    assert.equal(old.status, 'superseded');
    const fresh = await api.call('proposals.get', old.replacedBy ?? '');
    assert.equal(fresh.files[0]?.hunks.length, 1);
    assert.equal(await text(), SOURCE);
    await api.call('proposals.reject', { proposalId: fresh.id });
  });
});
