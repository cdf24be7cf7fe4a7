import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { missingEntries, platformOf } from '../../../scripts/completeLockfile.mjs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: { readonly [place: string]: { readonly resolved?: string; readonly link?: boolean; readonly version?: string } };
};

describe('package-lock.json', () => {
  it('has the optional packages of every platform, so that `npm ci` accepts it (else run scripts/completeLockfile.mjs)', () => {
    assert.deepEqual(missingEntries(lock), {});
  });

  it('names no registry host', () => {
    const named = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    assert.deepEqual(named, []);
  });

  it('adds what is missing with the platform that the name tells, pinned to the version its parent names', () => {
    const packages = { 'node_modules/tool': { dev: true, optionalDependencies: { '@tool/linux-x64-musl': '1.2.3', fsevents: '2.0.0' } } };
    assert.deepEqual(missingEntries({ packages }), {
      'node_modules/@tool/linux-x64-musl': { version: '1.2.3', cpu: ['x64'], libc: ['musl'], os: ['linux'], dev: true, optional: true },
    });
    assert.equal(platformOf('fsevents'), null);
  });
});
