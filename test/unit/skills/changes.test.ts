import assert from 'node:assert/strict';
import path from 'node:path';
import type { Finding } from '#protocol/finding.ts';
import { changeProposeSkill } from '#core/skills/changes/changePropose.ts';
import { codeRulesSkill } from '#core/skills/rules/codeRules.ts';
import { createSyntaxEngine } from '#core/skills/rules/engine.ts';
import { hashBytes } from '#core/skills/source/readSources.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { grammarsDir } from '../../support/grammars.ts';
import { createSkillContext, createWorkspace, type TestWorkspace } from '../../support/skillContext.ts';

interface Output {
  readonly proposals: readonly { id: string; title: string; files: number }[];
  readonly fixed: readonly string[];
  readonly notFixed: readonly { id: string; reason: string }[];
}

/** Replaces `old` in `text` by `newText`. */
function fixable(file: string, text: string, edit: { id: string; rule?: string; old: string; newText: string }): Finding {
  const bytes = new TextEncoder().encode(text);
  const start = text.indexOf(edit.old);
  const line = text.slice(0, start).split('\n').length;
  const fix = {
    path: file,
    baseHash: hashBytes(bytes),
    start,
    end: start + edit.old.length,
    newText: edit.newText,
    description: `Do ${edit.rule ?? 'r'}.`,
  };
  return {
    id: edit.id,
    skill: 'code.rules',
    rule: edit.rule ?? 'r',
    severity: 'low',
    category: 'quality',
    title: `T ${edit.id}`,
    message: 'M',
    citations: [{ path: file, line, column: 1 + start }],
    fix,
  };
}

describe('change.propose', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());
  const propose = async (context: ReturnType<typeof createSkillContext>, args: object): Promise<Output> => {
    const skill = changeProposeSkill();
    return (await skill.run(skill.args.parse(args), context)).output as unknown as Output;
  };

  it('drafts what the rules fix, and the drafted text is the fixed text to the byte', async () => {
    const text = '\uFEFFconst n = parseInt("😀" + x);\r\n\r\nfunction f() {\r\n  debugger;\r\n  return parseInt(parseInt(n));\r\n}';
    workspace = await createWorkspace({ 'src/a.ts': text });
    const context = createSkillContext(workspace.files);
    const rules = codeRulesSkill({
      engine: createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles }),
      resources: path.resolve('resources'),
      own: nodeOwnFiles,
    });
    const { findings } = (await rules.run({}, context)).output as unknown as { findings: Finding[] };
    const output = await propose(context, { findings });
    assert.equal(output.fixed.length, 4);
    assert.deepEqual(
      output.proposals.map((proposal) => proposal.files),
      [1],
    );
    assert.equal(
      await context.desk.text('p1', 'src/a.ts', 'proposed'),
      '\uFEFFconst n = parseInt("😀" + x, 10);\r\n\r\nfunction f() {\r\n  return parseInt(parseInt(n, 10), 10);\r\n}',
    );
  });

  it('makes one proposal per rule, with a reason and a citation on each hunk', async () => {
    const text = `one();\n${'//\n'.repeat(30)}two();\n`;
    workspace = await createWorkspace({ 'a.js': text, 'b.js': text });
    const context = createSkillContext(workspace.files);
    const findings = [
      fixable('a.js', text, { id: '1', rule: 'first', old: 'one', newText: 'uno' }),
      fixable('b.js', text, { id: '2', rule: 'first', old: 'one', newText: 'uno' }),
      fixable('a.js', text, { id: '3', rule: 'second', old: 'two', newText: 'due' }),
    ];
    const { proposals } = await propose(context, { findings });
    assert.deepEqual(proposals, [
      { id: 'p1', title: 'Do first (2 places in 2 files)', files: 2 },
      { id: 'p2', title: 'T 3 (1 place in 1 file)', files: 1 },
    ]);
    const hunk = (await context.desk.get('p2')).files[0]?.hunks[0];
    assert.deepEqual([hunk?.reason, hunk?.citations[0]?.line], ['T 3. Do second.', 32]);
  });

  it('keeps rules that change neighbouring lines in one proposal', async () => {
    const text = 'one();\ntwo();\n';
    workspace = await createWorkspace({ 'a.js': text });
    const findings = [
      fixable('a.js', text, { id: '1', rule: 'first', old: 'one', newText: 'uno' }),
      fixable('a.js', text, { id: '2', rule: 'second', old: 'two', newText: 'due' }),
    ];
    const { proposals, fixed } = await propose(createSkillContext(workspace.files), { findings });
    assert.deepEqual([proposals.length, fixed], [1, ['1', '2']]);
  });

  it('says why a fix is left out: overlapping, stale, gone, out of range, too many files', async () => {
    const text = 'one(two);\n';
    workspace = await createWorkspace({ 'a.js': text, 'b.js': 'changed since\n', 'latin1.js': new Uint8Array([0xe9]), 'c.js': text });
    const outside = fixable('a.js', text, { id: '6', old: 'one', newText: 'x' });
    const findings = [
      fixable('a.js', text, { id: '1', old: 'one(two)', newText: 'x' }),
      fixable('a.js', text, { id: '2', old: 'two', newText: 'y' }),
      fixable('b.js', text, { id: '3', old: 'one', newText: 'x' }),
      fixable('gone.js', text, { id: '4', old: 'one', newText: 'x' }),
      fixable('latin1.js', text, { id: '5', old: 'one', newText: 'x' }),
      { ...outside, fix: { ...outside.fix!, start: 99, end: 100 } },
      fixable('c.js', text, { id: '7', old: 'one', newText: 'x' }),
    ];
    const { fixed, notFixed } = await propose(createSkillContext(workspace.files), { findings, maxFiles: 1 });
    assert.deepEqual(fixed, ['1']);
    assert.deepEqual(Object.fromEntries(notFixed.map(({ id, reason }) => [id, reason])), {
      2: 'It overlaps the fix of 1.',
      3: 'More than 1 files: run again after these are decided.',
      4: 'More than 1 files: run again after these are decided.',
      5: 'More than 1 files: run again after these are decided.',
      6: 'The fix points outside the file.',
      7: 'More than 1 files: run again after these are decided.',
    });
    const all = await propose(createSkillContext(workspace.files), { findings });
    const reasons = Object.fromEntries(all.notFixed.map(({ id, reason }) => [id, reason]));
    assert.deepEqual(
      [reasons['3'], reasons['4'], reasons['5']],
      ['The file has changed since it was read.', 'The file is gone.', 'The file is not UTF-8 text.'],
    );
  });

  it('answers a failed verification: takes the proposal back and drops the files that failed', async () => {
    const text = 'one();\n';
    workspace = await createWorkspace({ 'a.js': text, 'b.js': text, 'c.js': text });
    const context = createSkillContext(workspace.files);
    const findings = ['a.js', 'b.js', 'c.js'].map((file) => fixable(file, text, { id: file, old: 'one', newText: 'uno' }));
    await propose(context, { findings });
    const second = await propose(context, {
      findings,
      feedback: { passed: false, failed: [{ proposal: 'p1', paths: ['b.js'], reason: 'b breaks' }] },
    });
    assert.deepEqual(second.fixed, ['a.js', 'c.js']);
    assert.deepEqual(second.notFixed, [{ id: 'b.js', reason: 'Verification failed: b breaks' }]);
    assert.deepEqual(
      context.desk.superseded.map(({ id }) => id),
      ['p1'],
    );
    const third = await propose(context, { findings, feedback: { passed: true, failed: [] } });
    assert.deepEqual(third, { proposals: [], fixed: [], notFixed: [] });
  });

  it('cuts a proposal that failed as a whole, so that the part at fault is found, and gives up on a single file', async () => {
    const text = 'one();\n';
    const names = ['a.js', 'b.js', 'c.js', 'd.js', 'e.js'];
    workspace = await createWorkspace(Object.fromEntries(names.map((name) => [name, text])));
    const context = createSkillContext(workspace.files);
    const findings = names.map((file) => fixable(file, text, { id: file, old: 'one', newText: 'uno' }));
    await propose(context, { findings });
    const second = await propose(context, { findings, feedback: { failed: [{ proposal: 'p1', paths: names, reason: 'tests fail' }] } });
    assert.deepEqual(
      second.proposals.map(({ files }) => files),
      [2, 2, 1],
    );
    const third = await propose(context, { findings, feedback: { failed: [{ proposal: 'p4', paths: ['e.js'], reason: 'tests fail' }] } });
    assert.deepEqual(third, { proposals: [], fixed: [], notFixed: [{ id: 'e.js', reason: 'Verification failed: tests fail' }] });
  });
});
