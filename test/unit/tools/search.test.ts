// files.search with ripgrep gives exactly what it gives without.

import assert from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { createRipgrep } from '#node/ports/ripgrep.ts';
import { fuzzOptions } from '#test/support/fuzz.ts';
import { createTestBench } from '#test/support/toolBench.ts';
import { git, temporaryFolders } from '#test/support/temporaryFolder.ts';

const shipped = process.env['CAS_RIPGREP'];
const ripgrep = createRipgrep({ program: shipped !== undefined && existsSync(shipped) ? shipped : undefined });

/** `path:line` of each match. */
const places = (found: string): readonly string[] => [...found.matchAll(/^(.+:\d+): /gm)].map(([, place = '']) => place);

describe('files.search', () => {
  const folder = temporaryFolders();
  /** More than are named one by one; among them other line ends, encodings, long lines, a binary file and ignored ones. */
  const manyFiles = (): string => {
    const files: { [name: string]: string } = {
      '.gitignore': 'ignored/\n*.log\n',
      'top.ts': 'only here\r\ncrlf\r\n',
      'p/10/below/deep.ts': 'deep\n',
      'p/10/x.log': 'only here\ndeep\n',
      'p/10/ignored/b.ts': 'only here\n',
      'p/11/bin.dat': 'only here\0\n',
      'p/11/long.ts': `${'x'.repeat(70_000)} long ${'y'.repeat(70_000)}\n`,
      'p/12/bom.ts': '\ufeffk\u00e9y\n',
    };
    for (let at = 0; at < 600; at += 1) {
      const name = `f${10 + (at % 30)}`;
      files[`p/${10 + Math.floor(at / 30)}/${name}.ts`] = `// ${name}\nneedle\n`;
    }
    const root = folder(files);
    git(root, 'init', '-q');
    return root;
  };
  const project = (): string => {
    const root = folder({
      '.gitignore': 'ignored/\n*.log\n',
      'a.ts': 'const Alpha = 1;\r\nfoo.bar(x);\n  école K \u212a s\n',
      '-e.ts': 'foo Alpha\n',
      'ignored/b.ts': 'Alpha\n',
      'x.log': 'Alpha\n',
      'bin.dat': 'Alpha\0\n',
      '.hidden/c.ts': 'Alpha $x ^y\n',
      'odd name;$(x).ts': 'Alpha beta\n',
      '.rgrc': '--pre=touch\n',
    });
    git(root, 'init', '-q');
    return root;
  };

  it('respects .gitignore and sees the edits of the step', async () => {
    const { run } = await createTestBench(project());
    await run('files.edit', { path: 'a.ts', action: 'replace', search: 'Alpha', replace: 'Omega', reason: 'r' });
    const found = await run('files.search', { pattern: 'Alpha|Omega' });
    assert.deepEqual(places(found), ['-e.ts:1', '.hidden/c.ts:1', 'a.ts:1', 'odd name;$(x).ts:1']);
  });

  it('finds what the step has added, and no longer what it has deleted', async () => {
    const { run } = await createTestBench(project());
    await run('files.edit', { path: 'new/z.ts', action: 'create', content: 'Alpha\n', reason: 'r' });
    await run('files.edit', { path: 'a.ts', action: 'delete', reason: 'r' });
    assert.deepEqual(places(await run('files.search', { pattern: 'Alpha', glob: '**/*.ts' })), [
      '-e.ts:1',
      '.hidden/c.ts:1',
      'new/z.ts:1',
      'odd name;$(x).ts:1',
    ]);
    assert.deepEqual(places(await run('files.search', { pattern: 'Alpha', glob: 'new/*.ts' })), ['new/z.ts:1']);
    assert.match(await run('files.list', { glob: '**/*.ts' }), /4 files\n-e\.ts\n\.hidden\/c\.ts\nnew\/z\.ts\nodd name/);
  });

  it('reads many files ahead and still answers in the order of their names, at most 200 lines', async () => {
    const { run } = await createTestBench(manyFiles());
    const found = await run('files.search', { pattern: 'needle' });
    const expected = Array.from({ length: 20 }, (_, part) => Array.from({ length: 30 }, (_line, at) => `p/${10 + part}/f${10 + at}.ts:2`));
    assert.deepEqual(places(found), expected.flat().slice(0, 200));
    assert.match(found, /stopped at 200 matches/);
  });

  (ripgrep === null ? it.skip : it)('finds the same in many files with ripgrep as without, and nothing that is ignored', async () => {
    const root = manyFiles();
    symlinkSync('p/10/f10.ts', path.join(root, 'link.ts'));
    const [own, fast] = [await createTestBench(root), await createTestBench(root, { host: { sieve: ripgrep } })];
    for (const pattern of ['f1[0-3]', 'crlf', 'k\u00e9y', 'only here', 'deep', 'long', 'nowhere'])
      assert.equal(await fast.run('files.search', { pattern }), await own.run('files.search', { pattern }), pattern);
    assert.deepEqual(places(await fast.run('files.search', { pattern: 'only here|deep' })), ['p/10/below/deep.ts:1', 'top.ts:1']);
  });

  (ripgrep === null ? it.skip : it)('finds the same lines with ripgrep as without, whatever is looked for', async () => {
    const root = project();
    const [own, fast] = [await createTestBench(root), await createTestBench(root, { host: { sieve: ripgrep } })];
    const part = fc.constantFrom(
      'Alpha',
      'alpha',
      '.',
      '\\w+',
      '\\d',
      '\\s',
      '[a-z]',
      '[^a]',
      'k',
      'é',
      '(',
      ')',
      '|',
      '*',
      '+',
      '$x',
      '^',
      '$',
      '\\b',
      '\\.',
      'foo',
      '-e',
      '--pre=touch',
      '\u212a',
      '\\',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean(), async (parts, literal, ignoreCase) => {
        const args = { pattern: parts.join(''), literal, ignoreCase };
        const [a, b] = await Promise.all([own, fast].map(({ run }) => run('files.search', args).catch((error: Error) => error.message)));
        assert.equal(b, a);
      }),
      fuzzOptions(60),
    );
  });
});
