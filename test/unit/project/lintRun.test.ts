import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lintRun } from '#core/skills/project/lintRun.ts';
import { createProjectContext } from '#test/support/projectContext.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

interface Output {
  readonly ran: boolean;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly findings: readonly {
    id: string;
    rule: string;
    severity: string;
    citations: readonly { path: string; line: number; excerpt?: string }[];
  }[];
}

describe('lint.run', () => {
  const folder = temporaryFolders();
  const repository = resolve(import.meta.dirname, '../../..');

  async function run(root: string): Promise<Output> {
    const { output } = await lintRun.run({}, createProjectContext(root));
    assert.ok(lintRun.output.safeParse(output).success);
    return output as unknown as Output;
  }

  it('runs a real oxlint without a script and cites its problems', async () => {
    const root = folder({
      'package.json': '{}',
      '.oxlintrc.json': '{}',
      'src/a.js': 'const a = 1;\ndebugger;\n',
      '.gitignore': 'node_modules\n',
    });
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
    const output = await run(root);
    assert.equal(output.ran, true, JSON.stringify(output));
    assert.deepEqual(
      output.findings.map(({ rule, citations }) => [rule, citations[0]?.path, citations[0]?.line, citations[0]?.excerpt]),
      [
        ['eslint(no-unused-vars)', 'src/a.js', 1, 'const a = 1;'],
        ['eslint(no-debugger)', 'src/a.js', 2, 'debugger;'],
      ],
    );
  });

  it('lets a linter that mends files mend only the copy', async () => {
    const root = folder({
      'package.json': JSON.stringify({ scripts: { lint: 'node fix.js' } }),
      'fix.js': "require('fs').writeFileSync('a.js', 'fixed')",
      'a.js': 'old',
    });
    const output = await run(root);
    assert.deepEqual([output.ran, output.exitCode, output.findings.length], [true, 0, 0]);
    assert.equal(readFileSync(join(root, 'a.js'), 'utf8'), 'old');
  });

  it('cites the script when the linter fails without a problem that can be read', async () => {
    const root = folder({ 'package.json': JSON.stringify({ scripts: { lint: 'node -e "process.exit(2)"' } }, null, 2) });
    const [finding] = (await run(root)).findings;
    assert.deepEqual([finding?.rule, finding?.citations[0]?.line], ['lint-command-failed', 3]);
  });

  it('says that it did not run, and why', async () => {
    const output = await run(folder({ 'package.json': '{}', 'eslint.config.js': '' }));
    assert.deepEqual([output.ran, output.reason], [false, 'eslint is configured in eslint.config.js but not installed']);
  });
});
