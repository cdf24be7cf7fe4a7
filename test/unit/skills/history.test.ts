import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gitHistorySkill } from '#core/skills/history/gitHistory.ts';
import { indentationComplexity } from '#core/skills/history/complexity.ts';
import { busFactor, topAuthor } from '#core/skills/history/tally.ts';
import { createSkillContext, createWorkspace, type TestWorkspace } from '../../support/skillContext.ts';

interface Output {
  readonly findings: readonly { rule: string; citations: { path: string; line: number }[] }[];
  readonly hotspots: readonly { path: string; commits: number; churn: number; score: number }[];
  readonly ownership: readonly { path: string; author: string; share: number }[];
  readonly commits: number;
  readonly authors: number;
  readonly shallow: boolean;
  readonly reason: string | null;
}

const body = (lines: number): string => Array.from({ length: lines }, (_, at) => `${'  '.repeat(at % 4)}line(${at});`).join('\n');

describe('git.history', () => {
  let workspace: TestWorkspace;
  afterEach(() => workspace.dispose());

  const run = async (files = workspace.files): Promise<Output> =>
    (await gitHistorySkill().run({}, createSkillContext(files, { now: Date.now() }))).output as unknown as Output;
  const commit = (author: string, message: string): string =>
    workspace.git('-c', 'commit.gpgsign=false', 'commit', '-qam', message, `--author=${author} <${author.toLowerCase()}@example.org>`);

  it('says why when there is no repository, or nothing in it', async () => {
    workspace = await createWorkspace({ 'a.js': 'x' });
    assert.match((await run()).reason ?? '', /not a git repository/);
    workspace.git('init', '-q');
    assert.match((await run()).reason ?? '', /no commits yet/);
  });

  it('ranks by change frequency and complexity, follows renames, and keeps odd names whole', async () => {
    workspace = await createWorkspace({ 'src/old name.js': body(400), 'src/ü "x".js': 'a();\n', 'package-lock.json': '{}' });
    workspace.git('init', '-q');
    workspace.git('add', '-A');
    commit('Ada', 'first');
    workspace.git('mv', 'src/old name.js', 'src/new.js');
    commit('Ada', 'rename');
    for (let at = 0; at < 12; at += 1) {
      await workspace.write('src/new.js', `${body(400)}\nchange(${at});\n`);
      commit(at === 11 ? 'Bob' : 'Ada', `change ${at}`);
    }
    await workspace.write('src/ü "x".js', 'b();\n');
    commit('Cy', 'other');
    const output = await run();
    assert.deepEqual(
      output.hotspots.map((file) => [file.path, file.commits]),
      [
        ['src/new.js', 14],
        ['src/ü "x".js', 2],
      ],
    );
    assert.equal(output.hotspots[0]?.score, 100);
    assert.equal(output.commits, 15);
    assert.equal(output.authors, 3);
    assert.deepEqual(output.ownership[0]?.author, 'Ada');
    assert.deepEqual(
      output.findings.map((finding) => [finding.rule, finding.citations[0]?.path, finding.citations[0]?.line]),
      [['hotspot-one-owner', 'src/new.js', 1]],
    );
  });

  it('says what a clone without the contents of its files lacks, instead of failing', async () => {
    workspace = await createWorkspace({ 'a.js': 'x\n' });
    workspace.git('init', '-q');
    workspace.git('add', '-A');
    commit('Ada', 'first');
    const blob = workspace.git('rev-parse', 'HEAD:a.js').trim();
    await rm(path.join(workspace.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    assert.match((await run()).reason ?? '', /^The history is there without the contents of its files/);
  });

  it('reports a shallow clone as one', async () => {
    workspace = await createWorkspace({ 'a.js': 'x\n' });
    workspace.git('init', '-q');
    workspace.git('add', '-A');
    commit('Ada', 'one');
    await workspace.write('a.js', 'y\n');
    commit('Ada', 'two');
    const clone = await createWorkspace();
    try {
      workspace.git('clone', '-q', '--depth', '1', `file://${workspace.root}`, path.join(clone.root, 'shallow'));
      const { filesOf } = await import('../../support/skillContext.ts');
      const output = await run(filesOf(path.join(clone.root, 'shallow')));
      assert.deepEqual([output.shallow, output.commits], [true, 1]);
    } finally {
      await clone.dispose();
    }
  });

  it('never runs what the repository configures', async () => {
    workspace = await createWorkspace({ 'a.js': 'x\n', '.gitattributes': '* diff=evil filter=evil\n' });
    const marker = path.join(workspace.root, 'ran');
    const evil = path.join(workspace.root, 'evil.sh');
    workspace.git('init', '-q');
    workspace.git('add', '-A');
    commit('Ada', 'one');
    await writeFile(evil, `#!/bin/sh\ntouch '${marker}'\ncat "$1"\n`, { mode: 0o755 });
    for (const key of [
      'core.fsmonitor',
      'diff.evil.textconv',
      'diff.evil.command',
      'diff.external',
      'core.pager',
      'gpg.program',
      'filter.evil.clean',
    ]) {
      workspace.git('config', key, evil);
    }
    workspace.git('config', 'log.showSignature', 'true');
    assert.equal((await run()).commits, 1);
    assert.equal(await workspace.files.stat('ran'), null);
  });
});

describe('history measures', () => {
  it('count indentation in the steps of the file, tabs as one', () => {
    assert.equal(indentationComplexity('a\n  b\n    c\n\n'), 3);
    assert.equal(indentationComplexity('a\n    b\n        c\n'), 3);
    assert.equal(indentationComplexity('a\n\tb\n\t\tc\n'), 3);
  });

  it('name the owner and the fewest people behind more than half of the lines', () => {
    const lines = new Map([
      ['Ada', 60],
      ['Bob', 30],
      ['Cy', 10],
    ]);
    assert.deepEqual(topAuthor(lines), { author: 'Ada', share: 0.6 });
    assert.equal(busFactor(lines), 1);
    assert.equal(
      busFactor(
        new Map([
          ['Ada', 50],
          ['Bob', 50],
        ]),
      ),
      2,
    );
    assert.equal(topAuthor(new Map()), null);
  });
});
