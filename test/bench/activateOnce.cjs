// Loads the extension's bundle as the extension host does, in a process of its own, with an editor that answers everything
// and does nothing: what is left is our own code. Prints one JSON object. `node activateOnce.cjs <extension.cjs>`
'use strict';

const Module = require('node:module');
const { statSync } = require('node:fs');

const [, , bundle] = process.argv;

/** Any property, call or construction gives another one; never a promise, and empty where it is iterated or read as a value. */
function anything() {
  const known = new Map([
    ['then', undefined],
    ['toJSON', () => null],
    [Symbol.iterator, () => [].values()],
    [Symbol.toPrimitive, () => ''],
  ]);
  const base = function Anything() {};
  return new Proxy(base, {
    get(target, key) {
      if (key === 'prototype') return target.prototype;
      if (!known.has(key)) known.set(key, anything());
      return known.get(key);
    },
    apply: () => anything(),
    construct: (target, args, made) => (made.prototype === target.prototype ? anything() : Reflect.construct(target, args, made)),
  });
}

// The bundle copies the module's own properties and keeps its prototype: everything is found there.
const vscode = Object.create(anything());
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));

const context = new Proxy({ subscriptions: [] }, { get: (own, key) => (key in own ? own[key] : vscode[key]) });
const startedAt = performance.now();
const extension = require(bundle);
const loadedAt = performance.now();
const { failures, coreOpenedAtActivation } = extension.activate(context);
const activatedAt = performance.now();

const files = Object.keys(require.cache).filter((file) => file !== __filename);
const sizeBytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
const result = {
  loadMs: loadedAt - startedAt,
  activateMs: activatedAt - loadedAt,
  failures,
  coreOpenedAtActivation,
  files: files.length,
  sizeBytes,
};
process.stdout.write(JSON.stringify(result), () => process.exit(0));
