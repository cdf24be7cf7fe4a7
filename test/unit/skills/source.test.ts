import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FindingList, type NewFinding } from '#core/skills/source/findingList.ts';
import { isGeneratedPath, isTestPath, looksGenerated } from '#core/skills/source/generated.ts';
import { lex } from '#core/skills/source/lex.ts';
import { cite, indexLines } from '#core/skills/source/lines.ts';
import { decodeSource, pathFilter, readSources, type SourceReader } from '#core/skills/source/readSources.ts';
import { AppError } from '#base/errors.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';
import { cpuMs, HANG_MS } from '#test/support/cpuTime.ts';

describe('lines', () => {
  it('count and cut the same for LF, CRLF and no final line break', () => {
    for (const text of ['a\nbc\n', 'a\r\nbc\r\n', 'a\nbc', 'a\r\nbc']) {
      const lines = indexLines(text);
      assert.deepEqual([lines.count, lines.text(1), lines.text(2)], [2, 'a', 'bc'], JSON.stringify(text));
      assert.deepEqual(lines.position(text.indexOf('c')), { line: 2, column: 2 });
    }
    assert.deepEqual([indexLines('').count, indexLines('').position(0)], [1, { line: 1, column: 1 }]);
  });

  it('give back every offset they took apart', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '😀', ' ')), fc.nat(), (parts, at) => {
        const text = parts.join('');
        const offset = text.length === 0 ? 0 : at % text.length;
        const lines = indexLines(text);
        const { line, column } = lines.position(offset);
        assert.equal(lines.start(line) + column - 1, offset);
        assert.equal(line, text.slice(0, offset).split('\n').length);
      }),
    );
  });

  it('are quoted in at most 400 characters, six lines, without their common indent', () => {
    const text = `  if (x) {\n${'    y();\n'.repeat(20)}  }\n`;
    const { excerpt, line, endLine } = cite({ path: 'a.js', lines: indexLines(text) }, 2, text.length - 1);
    assert.deepEqual([line, endLine, excerpt?.split('\n').length, excerpt?.split('\n')[1]], [1, 22, 6, '  y();']);
    const long = cite({ path: 'a.js', lines: indexLines('😀'.repeat(500)) }, 0, 10).excerpt ?? '';
    assert.ok(long.length <= 400 && long.isWellFormed());
  });
});

describe('the list of findings', () => {
  const finding = (line: number, excerpt: string): NewFinding => ({
    rule: 'r',
    severity: 'low',
    category: 'quality',
    title: 't',
    message: 'm',
    citations: [{ path: 'a.js', line, excerpt }],
  });

  it('gives ids that survive a move and tell equal lines apart', () => {
    const first = new FindingList('s');
    const ids = [first.add(finding(1, 'x()')).id, first.add(finding(2, 'x()')).id];
    const second = new FindingList('s');
    assert.deepEqual([second.add(finding(11, '  x()')).id, second.add(finding(12, 'x()')).id], ids);
    assert.equal(new Set(ids).size, 2);
    assert.match(ids[0] ?? '', /^s\/r:[0-9a-f]{12}$/);
  });

  it('holds 2,000, the worst first, and says how many more there were', () => {
    const list = new FindingList('s');
    for (let line = 1; line <= 2500; line += 1) list.add(finding(line, `x${line}`));
    list.add({ ...finding(1, 'bad'), severity: 'critical' });
    const { findings, truncated } = list.result();
    assert.deepEqual([findings.length, truncated, findings[0]?.severity, findings[1]?.citations[0]?.line], [2000, 501, 'critical', 1]);
  });
});

describe('sources', () => {
  it('are chosen by folder, file and glob', () => {
    const chosen = (paths: string[] | null, path: string): boolean => pathFilter(paths)(path);
    assert.ok(
      chosen(null, 'a') && chosen([], 'a') && chosen(['.'], 'a') && chosen(['./src/'], 'src/a') && chosen(['src/**/*.ts'], 'src/x/y.ts'),
    );
    assert.ok(!chosen(['src'], 'srcs/a') && !chosen(['*.ts'], 'src/a.ts') && !chosen(['a.ts'], 'b.ts'));
  });

  it('tell text from what is not', () => {
    assert.equal(decodeSource('a', new Uint8Array([0x61, 0])), 'binary');
    assert.equal(decodeSource('a', new Uint8Array([0xc3, 0x28])), 'notUtf8');
    const bom = decodeSource('a', new Uint8Array([0xef, 0xbb, 0xbf, 0x61]));
    assert.equal(typeof bom === 'string' ? bom : bom.text, '\uFEFFa');
  });

  it('are counted as unreadable when they vanish or lead outside, and other trouble is not hidden', async () => {
    const workspace = await createWorkspace({ 'a.js': 'x', 'b.js': 'x' });
    try {
      const failing = (error: Error): SourceReader =>
        readSources(
          createSkillContext({
            ...workspace.files,
            async read(path) {
              if (path === 'a.js') throw error;
              return workspace.files.read(path);
            },
          }),
        );
      const outside = failing(new AppError({ code: 'files.outside', message: 'x' }));
      assert.deepEqual([await pathsOf(outside), outside.skipped], [['b.js'], { unreadable: 1 }]);
      await assert.rejects(pathsOf(failing(new Error('bug'))), { message: 'bug' });
    } finally {
      await workspace.dispose();
    }
  });

  it('are known as generated or as tests', () => {
    for (const path of ['vendor/a.js', 'a.min.js', 'x/package-lock.json', 'api.pb.go', 'go.sum']) assert.ok(isGeneratedPath(path), path);
    for (const path of ['src/a.js', 'src/vendors.js', 'distance.py']) assert.ok(!isGeneratedPath(path), path);
    for (const path of ['test/a.js', 'src/a.test.ts', 'pkg/a_test.go', 'tests/x/y.py', 'src/test_a.py', 'FooTest.java'])
      assert.ok(isTestPath(path), path);
    for (const path of ['src/latest.js', 'src/contest/a.ts', 'attest.go']) assert.ok(!isTestPath(path), path);
    assert.ok(
      looksGenerated('// Code generated by protoc. DO NOT EDIT.\n') &&
        looksGenerated('x'.repeat(5000)) &&
        !looksGenerated('a\n'.repeat(5000)),
    );
  });
});

describe('the lexer', () => {
  it('never overlaps, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('/', '*', '"', "'", '`', '\\', '\n', 'a', '#', '=', '(', '[', ']', '<!--', '-->')), (parts) => {
        for (const family of ['c', 'hash', 'html', 'sql'] as const) {
          const text = parts.join('');
          let at = 0;
          for (const { start, end } of lex(text, family)) {
            assert.ok(start >= at && end > start && end <= text.length);
            at = end;
          }
        }
      }),
    );
  });

  it('stays fast on hostile text', async () => {
    const tookMs = await cpuMs(() => {
      for (const piece of ['"', '/*', '`', "'\\", '/[', '= /', '<!--', '"""', '=/['])
        for (const family of ['c', 'hash', 'html', 'sql'] as const) lex(piece.repeat(20_000), family);
    });
    assert.ok(tookMs < HANG_MS, `${tookMs} ms`);
  });
});

async function pathsOf(reader: SourceReader): Promise<string[]> {
  const paths: string[] = [];
  for await (const source of reader.sources()) paths.push(source.path);
  return paths;
}
