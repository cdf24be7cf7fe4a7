// Addresses of proposal texts, and where threads stand.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseInput } from '#editor/commands/inputs.ts';
import { renamed } from '#editor/commands/newWorkflow.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { hunkLines, threadLine } from '#editor/review/hunkThreads.ts';
import { parseProposalUri, proposalFileUri } from '#editor/review/proposalUri.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { InputSpec } from '#protocol/workflow.ts';
import { hunk } from '#test/host/support/builders.ts';

describe('the address of a proposal text', () => {
  for (const path of ['src/a.ts', 'with space/ü#?&=%25.ts', 'quote\'"`.ts', 'deep/'.repeat(60) + 'x.py']) {
    it(`comes back as it was: ${path.slice(0, 40)}`, () => {
      const ref = { id: 'prp_0123abc', path, side: 'base', kind: 'rename' } as const;
      const uri = proposalFileUri(ref);
      assert.deepEqual(parseProposalUri(vscode.Uri.parse(uri.toString(), true)), ref);
    });
  }

  it('is none of a file', () => {
    assert.equal(parseProposalUri(vscode.Uri.file('/src/a.ts')), null);
  });
});

describe('a thread', () => {
  it('stands under the last line a hunk adds', () => {
    const replaced = hunk('1', { newStart: 4, newLines: 2, lines: ['-a', '-b', '+c', '+d'] });
    assert.equal(threadLine(replaced, 'proposed'), 4);
  });

  it('stands at the line before, where a hunk only removes', () => {
    const removed = hunk('1', { oldStart: 21, oldLines: 1, newStart: 20, newLines: 0, lines: ['-  debugger;'] });
    assert.equal(threadLine(removed, 'proposed'), 19);
    assert.equal(threadLine(removed, 'base'), 20);
  });

  it('leaves the context of its hunk below', () => {
    const lines = [' 1', ' 2', ' 3', '-a', '+b', ' 5', ' 6', ' 7'];
    assert.equal(threadLine(hunk('1', { newStart: 1, newLines: 7, oldStart: 1, oldLines: 7, lines }), 'proposed'), 3);
    const removed = [' 1', ' 2', ' 3', '-a', ' 5', '\\ No newline at end of file'];
    assert.equal(threadLine(hunk('1', { newStart: 18, newLines: 4, oldStart: 18, oldLines: 5, lines: removed }), 'proposed'), 19);
  });

  it('stands at the top of an empty text', () => {
    assert.equal(threadLine(hunk('1', { newStart: 0, newLines: 0, lines: ['-a'] }), 'proposed'), 0);
  });

  it('belongs to the lines of its hunk', () => {
    assert.deepEqual(hunkLines(hunk('1', { newStart: 4, newLines: 3 }), 'proposed'), [3, 5]);
    assert.deepEqual(hunkLines(hunk('1', { newStart: 20, newLines: 0 }), 'proposed'), [19, 19]);
  });
});

describe('text in Markdown', () => {
  it('is shown as it is, and can wrap', () => {
    assert.equal(escapeMarkdown('a *b* <i> [x](y) `z`'), String.raw`a \*b\* \<i\> \[x\]\(y\) \`z\``);
    assert.equal(escapeMarkdown('one\r\ntwo'), 'one  \ntwo');
  });
});

describe('text in a notification', () => {
  it('has no links of its own', () => {
    assert.equal(plainMessage('see [this](command:workbench.action.quit)'), 'see [this] (command:workbench.action.quit)');
  });
});

describe('an input of a workflow', () => {
  const spec = (type: InputSpec['type'], required = false): InputSpec => ({
    name: 'x',
    type,
    description: '',
    required,
    default: undefined,
    enum: undefined,
  });

  it('is read as its type', () => {
    assert.deepEqual(parseInput(spec('string'), ' a '), { value: ' a ' });
    assert.deepEqual(parseInput(spec('number'), '1e3'), { value: 1000 });
    assert.deepEqual(parseInput(spec('boolean'), 'true'), { value: true });
    assert.deepEqual(parseInput(spec('array'), '["src/**"]'), { value: ['src/**'] });
    assert.deepEqual(parseInput(spec('object'), '{"a":1}'), { value: { a: 1 } });
  });

  it('says what is wrong with it', () => {
    for (const [type, text] of [
      ['number', 'ten'],
      ['number', 'Infinity'],
      ['array', '{}'],
      ['array', 'src/**'],
      ['object', '[]'],
      ['object', 'null'],
    ] as const) {
      assert.ok('problem' in parseInput(spec(type), text), `${type} ${text}`);
    }
    assert.ok('problem' in parseInput(spec('string', true), '  '));
  });
});

describe('a new workflow', () => {
  it('takes the name and leaves the rest of its template alone', () => {
    assert.equal(renamed('# first\nname: a # b\nsteps:\n  - name: c\n', 'mine'), '# first\nname: mine\nsteps:\n  - name: c\n');
  });
});
