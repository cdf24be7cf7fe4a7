import assert from 'node:assert/strict';
import { depsCheckSkill } from '#core/skills/dependencies/depsCheck.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

async function check(files: { [path: string]: string | object }): Promise<readonly (readonly [string, string, string])[]> {
  const texts = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === 'string' ? content : JSON.stringify(content, null, 2),
  ]);
  const workspace = await createWorkspace(Object.fromEntries(texts));
  try {
    const { output } = await depsCheckSkill().run({}, createSkillContext(workspace.files));
    return (output as unknown as { findings: Finding[] }).findings
      .map(({ rule, severity, citations }) => [rule, severity, `${citations[0]?.path}:${citations[0]?.line}`] as const)
      .toSorted((a, b) => (a.join() < b.join() ? -1 : 1));
  } finally {
    await workspace.dispose();
  }
}

const locked = (version: string, more: object = {}): object => ({
  version,
  resolved: `https://registry.example/x-${version}.tgz`,
  integrity: 'sha512-x',
  ...more,
});

describe('deps.check', () => {
  it('is silent about a manifest and a lockfile that agree', async () => {
    const dependencies = { a: '^1.0.0', b: '~2.1.0' };
    const packages = { '': { dependencies }, 'node_modules/a': locked('1.9.0'), 'node_modules/b': locked('2.1.3') };
    assert.deepEqual(
      await check({ 'package.json': { private: true, dependencies }, 'package-lock.json': { lockfileVersion: 3, packages } }),
      [],
    );
  });

  it('finds every kind of drift, on the line of the dependency', async () => {
    const packages = {
      '': { dependencies: { b: '^1.0.0', c: '^1.0.0' } },
      'node_modules/b': locked('1.0.0'),
      'node_modules/c': locked('2.0.0'),
    };
    const found = await check({
      'package.json':
        '{\r\n  "private": true,\r\n  "dependencies": {\r\n    "a": "^1.0.0",\r\n    "b": "^1.5.0",\r\n    "c": "^1.0.0"\r\n  }\r\n}',
      'package-lock.json': { lockfileVersion: 3, packages },
    });
    assert.deepEqual(found, [
      ['lock-drift', 'high', 'package.json:4'],
      ['lock-drift', 'high', 'package.json:5'],
      ['lock-drift', 'high', 'package.json:6'],
    ]);
  });

  it('says once that a lockfile as a whole was left behind', async () => {
    const names = Array.from({ length: 9 }, (_, at) => `p${at}`);
    const all = (range: string): object => Object.fromEntries(names.map((name) => [name, range]));
    const found = await check({
      'package.json': { private: true, dependencies: all('^2.0.0') },
      'package-lock.json': { lockfileVersion: 3, packages: { '': { dependencies: all('^1.0.0') } } },
    });
    assert.deepEqual(found, [['lock-drift', 'high', 'package.json:4']]);
  });

  it('judges by the lockfile of the manager in use, and names one of npm that stands beside it', async () => {
    const packages = { '': { dependencies: { a: '^1.0.0' } }, 'node_modules/a': locked('1.0.0', { hasInstallScript: true }) };
    const old = { lockfileVersion: 3, packages };
    const manifest = { private: true, dependencies: { a: '^2.0.0' } };
    const beside = await check({ 'package.json': manifest, 'package-lock.json': old, 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" });
    assert.deepEqual(beside, [['two-lockfiles', 'low', 'package.json:1']]);
    const named = { ...manifest, packageManager: 'npm@11.0.0' };
    const drift = await check({ 'package.json': named, 'package-lock.json': old, 'yarn.lock': '# yarn lockfile v1\n' });
    assert.deepEqual(
      drift.map(([rule]) => rule),
      ['install-scripts', 'lock-drift'],
    );
  });

  it('asks for no lockfile where .npmrc says that there is none', async () => {
    const files = { 'package.json': { dependencies: { a: '^1.0.0' } } };
    assert.deepEqual(await check(files), [['lock-missing', 'low', 'package.json:2']]);
    assert.deepEqual(await check({ ...files, '.npmrc': 'package-lock=false\n' }), []);
  });

  it('reads workspaces against the lockfile of the root', async () => {
    const packages = {
      '': { workspaces: ['lib/*'] },
      'lib/x': { dependencies: { a: '^1.0.0' } },
      'node_modules/a': locked('1.0.0'),
      'node_modules/x': { link: true, resolved: 'lib/x' },
    };
    const found = await check({
      'package.json': { private: true, workspaces: ['lib/*'] },
      'package-lock.json': { lockfileVersion: 3, packages },
      'lib/x/package.json': { private: true, dependencies: { a: '^1.0.0', z: '^1.0.0' } },
    });
    assert.deepEqual(found, [['lock-drift', 'high', 'lib/x/package.json:5']]);
  });

  it('finds sources that float or can be replaced on the way', async () => {
    const dependencies = {
      a: '*',
      b: 'latest',
      c: 'git+https://example.org/c.git#main',
      d: 'http://example.org/d.tgz',
      e: '>=1',
      f: 'org/repo#semver:^1',
      g: 'workspace:*',
      h: '^1.0.0 || >=2',
    };
    const found = await check({
      'package.json': { private: true, dependencies, devDependencies: { a: '^1.0.0' }, peerDependencies: { x: '*' } },
    });
    assert.deepEqual(found, [
      ['git-not-pinned', 'medium', 'package.json:6'],
      ['insecure-source', 'high', 'package.json:7'],
      ['listed-twice', 'medium', 'package.json:14'],
      ['lock-missing', 'medium', 'package.json:3'],
      ['range-open', 'medium', 'package.json:4'],
      ['range-open', 'medium', 'package.json:5'],
      ['range-open', 'medium', 'package.json:8'],
    ]);
  });

  it('finds what is odd in a lockfile', async () => {
    const packages = {
      '': {},
      'node_modules/a': locked('1.0.0', { hasInstallScript: true }),
      'node_modules/b': { version: '1.0.0', resolved: 'http://registry.example/b.tgz', integrity: 'sha512-x' },
      'node_modules/c': { version: '1.0.0', resolved: 'https://registry.example/c.tgz' },
      'node_modules/d': { version: '1.0.0', resolved: 'https://elsewhere.example/d.tgz', integrity: 'sha512-x' },
    };
    const found = await check({ 'package.json': { private: true }, 'package-lock.json': { lockfileVersion: 3, packages } });
    assert.deepEqual(found, [
      ['insecure-source', 'high', 'package-lock.json:11'],
      ['install-scripts', 'info', 'package-lock.json:5'],
      ['mixed-hosts', 'medium', 'package-lock.json:20'],
      ['no-integrity', 'medium', 'package-lock.json:16'],
    ]);
  });

  it('reads requirements, go.mod, Cargo.toml and Dockerfiles by line', async () => {
    const found = await check({
      'requirements.txt':
        '# dev\nflask==3.0.0\nrequests\nnumpy>=1\n-e git+https://example.org/x.git@main#egg=x\n--index-url http://pypi.example/\n',
      'go.mod':
        'module m\n\nrequire example.org/a v1.0.0\n\nreplace (\n\texample.org/a => ../a\n\texample.org/b => example.org/c v1.0.0\n)\n',
      'Cargo.toml': '[package]\nname = "x"\n[dependencies]\na = "*"\nb = "1"\nc = { git = "https://example.org/c" }\n',
      Dockerfile: 'FROM node:24 AS build\nFROM build\nFROM nginx\nFROM debian:latest\nFROM scratch\nFROM a@sha256:00\n',
    });
    assert.deepEqual(found, [
      ['git-not-pinned', 'medium', 'Cargo.toml:6'],
      ['git-not-pinned', 'medium', 'requirements.txt:5'],
      ['image-not-pinned', 'low', 'Dockerfile:3'],
      ['image-not-pinned', 'low', 'Dockerfile:4'],
      ['insecure-source', 'high', 'requirements.txt:6'],
      ['local-replace', 'medium', 'go.mod:6'],
      ['range-open', 'low', 'requirements.txt:3'],
      ['range-open', 'medium', 'Cargo.toml:4'],
    ]);
  });

  it('takes broken manifests as they come', async () => {
    assert.deepEqual(
      await check({
        'package.json': '{ "dependencies": [',
        'a/package.json': '[]',
        'b/package.json': { dependencies: ['x'] },
        'package-lock.json': '<<<<<<<',
      }),
      [],
    );
  });
});
