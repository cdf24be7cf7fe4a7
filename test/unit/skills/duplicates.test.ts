import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codeDuplicatesSkill } from '#core/skills/duplicates/codeDuplicates.ts';
import { findClones } from '#core/skills/duplicates/findClones.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

const FUNCTION = `export function total(items, rate) {
  let sum = 0;
  for (const item of items) {
    if (item.price < 0) throw new RangeError('price');
    sum += item.price * item.count;
    if (item.gift) sum -= item.discount ?? 0;
  }
  const tax = sum * rate;
  log.debug('total', { sum, tax, items: items.length });
  return { sum, tax, total: Math.round((sum + tax) * 100) / 100 };
}
`;
interface Output {
  readonly findings: readonly Finding[];
  readonly clones: readonly {
    a: { path: string; line: number; endLine: number };
    b: { path: string; line: number; endLine: number };
    lines: number;
  }[];
  readonly percent: number;
  readonly skipped: object;
}

async function run(files: { [path: string]: string }): Promise<Output> {
  const workspace = await createWorkspace(files);
  try {
    return (await codeDuplicatesSkill().run({}, createSkillContext(workspace.files))).output as unknown as Output;
  } finally {
    await workspace.dispose();
  }
}

describe('code.duplicates', () => {
  it('cites both places, whatever the layout, the comments and the line breaks', async () => {
    const other = FUNCTION.replaceAll('\n', '\r\n')
      .replace('let sum = 0;', '// starts at nothing\r\n  let sum = 0; /* ! */')
      .replaceAll('  ', '\t');
    const { clones, findings } = await run({ 'src/a.js': `import x from 'x';\n\n${FUNCTION}`, 'src/b.js': `const b = 1;\n${other}` });
    assert.deepEqual(clones, [
      { a: { path: 'src/a.js', line: 3, endLine: 13 }, b: { path: 'src/b.js', line: 2, endLine: 13 }, lines: 11, tokens: 116 },
    ]);
    assert.deepEqual(
      findings[0]?.citations.map((place) => `${place.path}:${place.line}-${place.endLine}`),
      ['src/b.js:2-13', 'src/a.js:3-13'],
    );
  });

  it('finds a copy in the same file once', async () => {
    const { clones } = await run({ 'a.js': `${FUNCTION}\nsomething.else();\n${FUNCTION}` });
    assert.deepEqual(
      clones.map(({ a, b }) => [a.line, b.line]),
      [[1, 14]],
    );
  });

  it('leaves out imports, tables of data, tests and generated code', async () => {
    const imports = Array.from({ length: 40 }, (_, at) => `import { a${at}, b${at} } from './m${at}.js';`).join('\n');
    const data = `export const table = [\n${Array.from({ length: 60 }, (_, at) => `  [${at}, 'x${at}', ${at * 2}],`).join('\n')}\n];\n`;
    const { clones, skipped } = await run({
      'a.js': `${imports}\none();\n`,
      'b.js': `${imports}\ntwo();\n`,
      'c.js': data,
      'd.js': `x();\n${data}`,
      'test/e.js': FUNCTION,
      'f.js': FUNCTION,
      'g.js': `// @generated\n${FUNCTION}`,
      'h.d.ts': FUNCTION,
      'h.d.cts': FUNCTION,
    });
    assert.deepEqual(clones, []);
    assert.deepEqual(skipped, { tests: 1, generated: 1 });
    const names = Array.from({ length: 30 }, (_, at) => `    name${at}: int = 1,`).join('\n');
    const overload = `@t.overload\ndef f(\n${names}\n) -> int: ...\n\n`;
    assert.deepEqual((await run({ 'o.py': `${overload}${overload}def f(${names}\n): pass\n` })).clones, []);
  });

  it('leaves out tests that stand in the file they test, as those in files of their own', async () => {
    const body = FUNCTION.replaceAll('const ', 'let ').replace('export function total(items, rate) {', 'fn total(items: T, rate: R) {');
    const tests = `#[cfg(test)]\nmod tests {\n${body}\n${body}}\n`;
    const { clones } = await run({ 'a.rs': tests, 'b.rs': `${body}\n${tests}`, 'c.rs': `fn main() {}\n${body}` });
    assert.deepEqual(
      clones.map(({ a, b }) => [a.path, b.path]),
      [['b.rs', 'c.rs']],
    );
  });

  it('says nothing of an empty folder', async () => {
    const { percent, findings } = await run({});
    assert.deepEqual([percent, findings], [0, []]);
  });
});

describe('findClones', () => {
  it('reports only equal runs of at least the minimum, and every planted copy', async () => {
    const token = fc.integer({ min: 0, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(token, { maxLength: 120 }),
        fc.uniqueArray(token, { minLength: 20, maxLength: 60 }),
        fc.array(token, { maxLength: 60 }),
        async (before, copy, between) => {
          const first = [...before, ...copy];
          const second = [...between, ...copy];
          const tokens = Int32Array.from([...first, ...second]);
          const files = [
            { start: 0, end: first.length },
            { start: first.length, end: tokens.length },
          ];
          const clones = await findClones(tokens, files, { minTokens: 20, onFile: () => Promise.resolve() });
          for (const clone of clones) {
            assert.ok(clone.length >= 20 && clone.first + clone.length <= clone.second);
            assert.deepEqual(
              tokens.slice(clone.first, clone.first + clone.length),
              tokens.slice(clone.second, clone.second + clone.length),
            );
          }
          const planted = first.length + between.length;
          assert.ok(clones.some((clone) => clone.second <= planted && clone.second + clone.length >= planted + copy.length));
        },
      ),
      { numRuns: 200 },
    );
  });
});
