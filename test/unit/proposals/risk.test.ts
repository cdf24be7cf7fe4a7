import assert from 'node:assert/strict';
import type { ProposalFileView, ProposalView } from '#protocol/proposal.ts';
import type { VerdictLine } from '#protocol/review.ts';
import { riskOf } from '#core/proposals/risk.ts';

function file(path: string, over: Partial<ProposalFileView> = {}): ProposalFileView {
  return { path, oldPath: null, kind: 'modify', baseHash: 'h', added: 1, removed: 1, hunks: [], disk: 'same', ...over };
}

function proposal(over: Partial<ProposalView> = {}): ProposalView {
  return {
    id: 'prp_1',
    runId: null,
    path: null,
    agent: 'developer',
    title: 't',
    summary: '',
    status: 'open',
    createdAt: 0,
    hunks: 1,
    hunksPending: 1,
    added: 2,
    removed: 1,
    files: [file('README.md')],
    verification: { passed: true, checks: [{ name: 'tests', passed: true, detail: '' }] },
    canUndo: false,
    ...over,
  };
}

const codes = (view: ProposalView, verdicts: readonly VerdictLine[] = []): readonly string[] => {
  const { level, reasons } = riskOf(view, verdicts);
  return [level, ...reasons.map(({ code, level: own }) => `${code}:${own}`)];
};

describe('the risk of a proposal', () => {
  it('is low without a reason', () => {
    assert.deepEqual(codes(proposal()), ['low']);
  });

  it('is high when a check failed or somebody objects, and counts them', () => {
    const failed = proposal({ verification: { passed: false, checks: [{ name: 'tests', passed: false, detail: '1 failed' }] } });
    assert.deepEqual(codes(failed), ['high', 'checksFailed:high']);
    const said = { who: 'security', text: '', notes: [] };
    assert.deepEqual(codes(proposal(), [{ ...said, verdict: 'approves' }]), ['low']);
    assert.deepEqual(codes(proposal(), [{ ...said, verdict: 'objects' }]), ['high', 'objected:high']);
  });

  it('is medium when nothing was checked, or another text was', () => {
    assert.deepEqual(codes(proposal({ verification: null })), ['medium', 'notChecked:medium']);
    const outdated = proposal({ verification: { passed: true, checks: [], outdated: true } });
    assert.deepEqual(codes(outdated), ['medium', 'checksOutdated:medium']);
  });

  it('is high where it changes what is built or installed, and says which files', () => {
    const paths =
      '.github/workflows/ci.yml package.json sub/package-lock.json Dockerfile .env.local Cargo.toml a/go.mod .husky/pre-commit yarn.lock'.split(
        ' ',
      );
    for (const path of paths) {
      const { level, reasons } = riskOf(proposal({ files: [file(path)] }), []);
      assert.deepEqual([level, reasons.find(({ code }) => code === 'protectedPaths')?.paths], ['high', [path]]);
    }
    const moved = proposal({ files: [file('docs/old.json', { kind: 'rename', oldPath: 'package.json' })] });
    assert.equal(riskOf(moved, []).level, 'high');
    for (const path of ['src/package.json.md', 'docs/block.md', 'src/environment.md'])
      assert.equal(riskOf(proposal({ files: [file(path)] }), []).level, 'low', path);
  });

  it('grows with the size, and with what it deletes', () => {
    assert.deepEqual(codes(proposal({ added: 301, removed: 0 })), ['medium', 'manyLines:medium']);
    assert.deepEqual(codes(proposal({ added: 900, removed: 101 })), ['high', 'manyLines:high']);
    const files = Array.from({ length: 11 }, (_, at) => file(`docs/${at}.md`));
    assert.deepEqual(codes(proposal({ files })), ['medium', 'manyFiles:medium']);
    assert.deepEqual(codes(proposal({ files: [file('a.md', { kind: 'delete' })] })), ['medium', 'deletesFiles:medium']);
  });

  it('tells of files that moved on, and of code without a test', () => {
    assert.deepEqual(codes(proposal({ files: [file('a.md', { disk: 'changed' })] })), ['medium', 'changedSince:medium']);
    assert.deepEqual(codes(proposal({ files: [file('n.md', { kind: 'create', disk: 'missing' })] })), ['low']);
    assert.deepEqual(codes(proposal({ files: [file('src/a.ts')] })), ['low', 'noTestTouched:low']);
    assert.deepEqual(codes(proposal({ files: [file('src/a.ts'), file('test/a.test.ts')] })), ['low']);
  });

  it('names the worst reason first', () => {
    const all = proposal({ verification: null, added: 2_000, files: [file('src/a.ts')] });
    assert.deepEqual(codes(all), ['high', 'manyLines:high', 'notChecked:medium', 'noTestTouched:low']);
  });
});
