import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { knownNames } from '#test/unit/workflow/known.ts';

const FOLDER = path.resolve('resources/workflows');

async function check(name: string) {
  return checkWorkflow(await readFile(path.join(FOLDER, `${name}.cas.yaml`), 'utf8'), { file: `${name}.cas.yaml`, ...knownNames });
}

describe('the built-in workflows', () => {
  it('are the three of the catalogue and have no problem at all', async () => {
    const files = await readdir(FOLDER);
    assert.deepEqual(files.toSorted(), ['code-review.cas.yaml', 'feature-delivery.cas.yaml', 'security-audit.cas.yaml']);
    for (const file of files) {
      const name = file.replace('.cas.yaml', '');
      const checked = await check(name);
      assert.deepEqual(checked.problems, [], file);
      assert.equal(checked.definition?.name, name);
    }
  });

  it('run all checks of code-review side by side, then repair, then report', async () => {
    const { levels } = await check('code-review');
    assert.deepEqual(levels, [
      ['detect'],
      ['history', 'secrets', 'dependencies', 'rules', 'duplicates', 'debt', 'lint', 'tests'],
      ['repair'],
      ['report'],
    ]);
  });

  it('let every check of code-review fail without losing the report', async () => {
    const { definition } = await check('code-review');
    const strict = definition?.steps.filter((step) => !step.continueOnError).map((step) => step.key);
    assert.deepEqual(strict, ['detect', 'report']);
  });

  it('need a model only for feature-delivery', async () => {
    const needs = await Promise.all(
      ['code-review', 'security-audit', 'feature-delivery'].map(async (name) => (await check(name)).definition?.requires),
    );
    assert.deepEqual(needs, [[], [], ['model']]);
  });
});
