import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { systemClock } from '#base/clock.ts';
import { auditPlanText } from '#core/migration/audit/auditPlan.ts';
import { aliasesOf, importsOf } from '#core/migration/audit/imports.ts';
import { movingOrder } from '#core/migration/audit/levels.ts';
import { modulesOf } from '#core/migration/audit/modules.ts';
import { type Survey, survey } from '#core/migration/audit/survey.ts';
import { checkMigration } from '#core/migration/check.ts';
import type { HostPorts } from '#core/ports.ts';
import { allSkills } from '#node/allSkills.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { commitAll, temporaryFolders } from '#test/support/temporaryFolder.ts';

const sides = { old: 'Express', new: 'Fastify' };

async function surveyOf(root: string, signal = new AbortController().signal): Promise<Survey> {
  const project = join(import.meta.dirname, '../../..');
  const skills = allSkills({ distDir: join(project, 'dist'), resources: join(project, 'resources') });
  const ports = {
    files: createWorkspaceFiles(root),
    clock: systemClock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    runFolder: () => ({}),
  } as unknown as HostPorts;
  return survey({ ports, desk: {} as never, signal, skill: (id) => skills.find((one) => one.id === id) ?? assert.fail(id) });
}

function planOf(found: Survey) {
  const text = auditPlanText({ name: 'Express to Fastify', sides, survey: found, today: '2026-11-20' });
  const { plan, problems } = checkMigration(text, 'x.yaml');
  assert.deepEqual(problems, [], text);
  assert.ok(plan);
  return plan;
}

describe('an audit', () => {
  const folders = temporaryFolders();

  it('finds modules, what they rest on, tests, dependencies and debt, and makes a plan without invented hours', async () => {
    const root = folders({
      'package.json': JSON.stringify({
        name: 'shop',
        scripts: { test: 'node --test' },
        dependencies: { express: '4.0.0' },
        imports: { '#lib/*': './src/lib/*' },
      }),
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, index) => [
          `src/api/r${index}.ts`,
          "import { db } from '../store/db.ts';\nimport { log } from '#lib/log.ts';\n",
        ]),
      ),
      'src/store/db.ts': "import { log } from '#lib/log.ts';\n// TODO: close the pool\nexport const db = log;\n",
      'src/lib/log.ts': 'export const log = 1;\n',
      'test/api.test.ts': "import '../src/api/r1.ts';\n",
    });
    commitAll(root);
    const plan = planOf(await surveyOf(root));
    const modules = plan.features
      .filter(({ old }) => old !== null)
      .map(({ name, phase, dependencies }) => [name, phase, dependencies.join()]);
    assert.deepEqual(modules, [
      ['src/lib', 'foundations', 'tests-of-today'],
      ['src/store', 'core', 'src-lib'],
      ['src/api', 'edges', 'src-store,src-lib'],
    ]);
    assert.deepEqual([...new Set(plan.features.map(({ estimatedHours }) => estimatedHours))], [null]);
    assert.equal(plan.features.find(({ id }) => id === 'tests-of-today')?.notes, 'Test command: npm test');
    assert.match(plan.features.find(({ id }) => id === 'debt')?.notes ?? '', /^src\/store\/db\.ts:2 TODO: close the pool/);
    assert.equal(plan.phases.length, 6);
  });

  it('makes a plan of an empty folder too', async () => {
    const plan = planOf(await surveyOf(folders()));
    assert.equal(plan.phases.length, 6);
    assert.equal(plan.features.find(({ id }) => id === 'tests-of-today')?.notes, 'The audit found no test command.');
  });

  it('ends when it is given up', async () => {
    const root = folders({ 'a.ts': '1;\n' });
    await assert.rejects(surveyOf(root, AbortSignal.abort()), { name: 'AbortError' });
  });

  it('reads imports of scripts and of Python, and leaves packages alone', () => {
    const aliases = aliasesOf({ imports: { '#core/*': './src/core/*', '#one': './one.js' } });
    assert.deepEqual(
      importsOf('src/a/x.ts', "import a from '../b/y.ts'; export * from '#core/z.ts'; require('express'); import('./q.js')", aliases),
      ['src/b/y.ts', 'src/core/z.ts', 'src/a/q.js'],
    );
    assert.deepEqual(importsOf('shop/api/views.py', 'from ..models import Item\nimport shop.store.db\nfrom . import x\n', []), [
      'shop/models',
      'shop/store/db',
      'src/shop/store/db',
      'shop/api',
    ]);
    assert.deepEqual(importsOf('x.ts', "import '../../outside.ts'", []), []);
  });

  it('cuts a circle where the fewest imports hold it, and orders the rest', () => {
    const module = (path: string, imports: Record<string, number>) => ({ path, imports: new Map(Object.entries(imports)) });
    const order = movingOrder([module('a', { b: 5 }), module('b', { c: 4 }), module('c', { a: 1 })]);
    assert.deepEqual(order.cut, [{ from: 'c', to: 'a' }]);
    assert.deepEqual(order.levels, [['c'], ['b'], ['a']]);
  });

  it('gives a plan without errors whatever the folders are called and import', () => {
    const name = fc.constantFrom('src', 'lib', 'Größe', 'a b', '-x-', '…', 'debt', 'switch', 'A', 'a', '#', "it's", 'compare sides');
    const file = fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `${parts.join('/')}/x.ts`),
      lines: fc.nat(500),
      imports: fc.array(
        fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 60 }), (files) => {
        const modules = modulesOf(files);
        assert.equal(
          modules.reduce((sum, module) => sum + module.files, 0),
          files.length,
        );
        planOf({ modules, languages: ['TypeScript'], tests: null, manifests: [], debt: [], hotspots: [], historyDays: null });
      }),
      { numRuns: 200 },
    );
  });
});
