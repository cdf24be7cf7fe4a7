import assert from 'node:assert/strict';
import path from 'node:path';
import { readFile, readdir } from 'node:fs/promises';
import { isAppError } from '#base/errors.ts';
import { loadCatalogue } from '#core/workflow/loader.ts';
import { knownNames } from '#test/unit/workflow/known.ts';

const BUILT_IN = '/cas/workflows';
const OWN = '/home/me/shop/.cas/workflows';

async function load(files: Record<string, string>, trusted = true) {
  const reads: string[] = [];
  const catalogue = await loadCatalogue({
    ports: {
      resources: '/cas',
      trusted: () => trusted,
      readOwnFile: async (file) => {
        reads.push(file);
        return files[file] ?? null;
      },
      listOwnFolder: async (folder) =>
        Object.keys(files)
          .filter((file) => path.posix.dirname(file) === folder)
          .map((file) => path.posix.basename(file))
          .toSorted(),
    },
    workspace: '/home/me/shop',
  });
  return { catalogue, reads };
}

const simple = (name: string, more = ''): string => `name: ${name}\ndescription: ${name}\n${more}steps:\n  - { key: a, action: x.y }\n`;
const uses = (name: string, target: string, withText = '{}'): string =>
  `name: ${name}\nsteps:\n  - { key: sub, workflow: ${target}, with: ${withText} }\n`;

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}

describe('the catalogue of workflows', () => {
  it('lists built-in and own files, the own one instead of the built-in of its name', async () => {
    const { catalogue } = await load({
      [`${BUILT_IN}/review.cas.yaml`]: simple('review'),
      [`${BUILT_IN}/audit.cas.yaml`]: simple('audit', 'requires: [model]\n'),
      [`${OWN}/mine.cas.yaml`]: simple('review', 'version: "2"\n'),
      [`${OWN}/more.cas.json`]: '{"name":"more","steps":[{"key":"a","action":"x.y"}]}',
      [`${OWN}/notes.md`]: '# no workflow',
    });
    assert.deepEqual(
      catalogue.list().map(({ name, source, version, needsModel, problems }) => [name, source, version, needsModel, problems.length]),
      [
        ['audit', 'built-in', '1.0.0', true, 0],
        ['more', 'workspace', '1.0.0', false, 0],
        ['review', 'workspace', '2', false, 0],
      ],
    );
    assert.equal(catalogue.get('review').file, path.join(OWN, 'mine.cas.yaml'));
  });

  it('lists a file with errors under its name and refuses to run it with all of them', async () => {
    const { catalogue } = await load({
      [`${OWN}/wrong.cas.yaml`]: 'name: wrong\nsteps:\n  - { key: a, acton: x.y }\n  - { key: b, action: x.y, dependsOn: b }\n',
    });
    assert.deepEqual(
      catalogue.list().map(({ name, problems }) => [name, problems.length]),
      [['wrong', 2]],
    );
    const error = failure(() => catalogue.resolve('wrong'));
    assert.equal(error.code, 'workflow.invalid');
    assert.match(
      error.message,
      /^Workflow `wrong` has 2 errors:\n {2}3:15 `acton` is not a key of step `a`\. Did you mean `action`\?\n {2}4:/,
    );
  });

  it('neither reads nor runs files of an untrusted workspace, and says so', async () => {
    const files = {
      [`${BUILT_IN}/review.cas.yaml`]: simple('review'),
      [`${OWN}/review.cas.yaml`]: simple('review'),
      [`${OWN}/mine.cas.yaml`]: simple('mine'),
    };
    const { catalogue, reads } = await load(files, false);
    assert.deepEqual(reads, [path.join(BUILT_IN, 'review.cas.yaml')]);
    assert.deepEqual(
      catalogue.list().map(({ name, source, problems }) => [name, source, problems[0]?.code]),
      [
        ['mine', 'workspace', 'workflow.untrusted'],
        ['review', 'built-in', undefined],
        ['review', 'workspace', 'workflow.untrusted'],
      ],
    );
    assert.equal(failure(() => catalogue.resolve('mine')).code, 'workflow.invalid');
    assert.equal(catalogue.resolve('review').definition.name, 'review');
  });

  it('gathers sub-workflows at any depth, each once', async () => {
    const { catalogue } = await load({
      [`${OWN}/a.cas.yaml`]: uses('a', 'b'),
      [`${OWN}/b.cas.yaml`]: uses('b', 'c'),
      [`${OWN}/c.cas.yaml`]: simple('c'),
    });
    assert.deepEqual(Object.keys(catalogue.resolve('a').library).toSorted(), ['b', 'c']);
    assert.deepEqual(catalogue.resolve('c').library, {});
  });

  it('tells of circles, missing sub-workflows and wrong inputs at the step that uses them', async () => {
    const needing = 'name: needing\ninputs: { days: { type: number, required: true } }\nsteps: [{ key: a, action: x.y }]\n';
    const { catalogue } = await load({
      [`${OWN}/a.cas.yaml`]: uses('a', 'b'),
      [`${OWN}/b.cas.yaml`]: uses('b', 'a'),
      [`${OWN}/gone.cas.yaml`]: uses('gone', 'nowhere'),
      [`${OWN}/needing.cas.yaml`]: needing,
      [`${OWN}/bad.cas.yaml`]: uses('bad', 'needing', '{ day: 3 }'),
      [`${OWN}/typed.cas.yaml`]: uses('typed', 'needing', '{ days: soon }'),
      [`${OWN}/fine.cas.yaml`]: uses('fine', 'needing', "{ days: '{{ 3 }}' }"),
    });
    const said = (name: string) => catalogue.get(name).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    assert.deepEqual(said('a'), ['3:27 These workflows run each other in a circle: a → b → a.']);
    assert.deepEqual(said('b'), ['3:27 These workflows run each other in a circle: b → a → b.']);
    assert.deepEqual(said('gone'), ['3:27 Workflow `nowhere` is not there or has errors.']);
    assert.deepEqual(said('bad'), ['3:27 Workflow `needing` needs the input `days`.', '3:44 Workflow `needing` has no input `day`.']);
    assert.deepEqual(said('typed'), ['3:50 Input `days` of `needing` must be a number, but it is a string.']);
    assert.deepEqual(said('fine'), []);
  });

  it('names both files of one name, and the nearest name of an unknown one', async () => {
    const { catalogue } = await load({ [`${OWN}/one.cas.yaml`]: simple('same'), [`${OWN}/two.cas.yaml`]: simple('same') });
    assert.deepEqual(
      catalogue.list().map(({ problems }) => problems.map(({ message }) => message)),
      [[], ['Another file has the name `same` too: one.cas.yaml.']],
    );
    const error = failure(() => catalogue.get('sme'));
    assert.deepEqual([error.code, error.message], ['workflow.notFound', 'There is no workflow `sme`. Did you mean `same`?']);
  });

  it('loads what ships, from the real folder', async () => {
    const catalogue = await loadCatalogue({
      ports: {
        resources: path.resolve('resources'),
        trusted: () => true,
        readOwnFile: async (file) => readFile(file, 'utf8'),
        listOwnFolder: async (folder) => (folder.startsWith(path.resolve('resources')) ? readdir(folder) : []),
      },
      workspace: '/nowhere',
      ...(knownNames.knownAgents ? { knownAgents: knownNames.knownAgents } : {}),
      ...(knownNames.knownSkills ? { knownSkills: knownNames.knownSkills } : {}),
    });
    assert.deepEqual(
      catalogue.list().map(({ name, source, problems }) => [name, source, problems]),
      (await readdir('resources/workflows')).map((file) => [file.replace('.cas.yaml', ''), 'built-in', []]),
    );
  });
});
