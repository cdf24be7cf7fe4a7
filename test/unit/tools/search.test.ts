// files.search with ripgrep gives exactly what it gives without.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { createRipgrep } from '#node/ports/ripgrep.ts';
import { fuzzOptions } from '#test/support/fuzz.ts';
import { createTestBench } from '#test/support/toolBench.ts';
import { git, temporaryFolders } from '#test/support/temporaryFolder.ts';

const shipped = process.env['CAS_RIPGREP'];
const ripgrep = createRipgrep({ program: shipped !== undefined && existsSync(shipped) ? shipped : undefined });

describe('files.search', () => {
  const folder = temporaryFolders();
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
    assert.deepEqual(
      [...found.matchAll(/^(.+):\d+: /gm)].map(([, file]) => file),
      ['-e.ts', '.hidden/c.ts', 'a.ts', 'odd name;$(x).ts'],
    );
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
