import assert from 'node:assert/strict';
import { createSyntaxEngine, type SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { Outline } from '#core/skills/structure/outline.ts';
import { outlineText } from '#core/skills/structure/readOutlines.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { grammarsDir } from '../../support/grammars.ts';

describe('outline of a source', () => {
  let engine: SyntaxEngine;
  before(async () => {
    engine = createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles });
  });
  const read = async (path: string, text: string): Promise<Outline> => {
    const outline = await outlineText(engine, path, text);
    assert.ok(outline);
    return outline;
  };
  /** `+` exported, `*` documented, `@` marked, then kind, name and signature. */
  const definitions = async (path: string, text: string): Promise<string[]> =>
    (await read(path, text)).definitions.map((one) =>
      `${one.exported ? '+' : ''}${one.documented ? '*' : ''}${one.marked ? '@' : ''} ${one.kind} ${one.name}: ${one.signature}`.trimStart(),
    );
  const imports = async (path: string, text: string): Promise<string[]> =>
    (await read(path, text)).imports.map((one) => `${one.kind} ${one.specifier} ${one.names.join(',')}`);
  const sizes = async (path: string, text: string): Promise<string[]> =>
    (await read(path, text)).functions.map((one) => `${one.name} ${one.cyclomatic}/${one.nesting}/${one.lines}/${one.parameters}`);

  it('knows what TypeScript exports and how it is called', async () => {
    const text = `
/** Doc. */
export default class A<T> extends B { private y = 1; #z = 2; /** m */ async m(a: number, b?: string): Promise<void> {} }
export const f = (x: number): number => x, g: string = 'a';
const { h, i: j } = f;
function local() {}
export { local as renamed };
@Marked() export class C {}
export interface I { a(): void; /* not part */ b: 1 }
export type T2 = 'a' | 'b';
`;
    assert.deepEqual(await definitions('a.ts', text), [
      '+* class default: class A<T> extends B',
      'constant default.y: private y',
      'constant default.#z: #z',
      '+* method default.m: async m(a: number, b?: string): Promise<void>',
      '+ function f: f = (x: number): number',
      '+ constant g: g: string',
      'constant h: h',
      'constant j: j',
      '+ function local: function local()',
      '+@ class C: class C',
      '+ interface I: interface I { a(): void; b: 1 }',
      "+ type T2: type T2 = 'a' | 'b';",
    ]);
  });

  it('knows what a CommonJS module exports', async () => {
    const text = 'function a() {}\nfunction b() {}\nfunction c() {}\nmodule.exports = { a, x: b };\nexports.d = c;\n';
    assert.deepEqual(await definitions('a.cjs', text), [
      '+ function a: function a()',
      '+ function b: function b()',
      '+ function c: function c()',
    ]);
  });

  it('tells imports for types, lazy ones and those that are handed on from the rest', async () => {
    const text = `import d, { a as b } from './x.ts';
import type { T } from './types.ts';
import * as n from 'pkg';
import './effect.css';
export { z } from './z.ts';
export * from './all.ts';
const r = require('./old.cjs');
const later = () => import('./lazy.ts');
`;
    assert.deepEqual((await imports('a.ts', text)).toSorted(), [
      'export ./all.ts *',
      'export ./z.ts z',
      'lazy ./lazy.ts *',
      'static ./effect.css ',
      'static ./old.cjs *',
      'static ./x.ts default,a',
      'static pkg *',
      'type ./types.ts T',
    ]);
  });

  it('knows what is public in Python, by underscore or by __all__', async () => {
    const text =
      '"""m"""\nX: int = 3\n_y = 1\ndef f(a, *, b=1) -> int:\n    """doc"""\n@dec\nclass C(B):\n    def m(self): pass\n    def _p(self): pass\n';
    assert.deepEqual(await definitions('a.py', text), [
      '+ constant X: X: int',
      'constant _y: _y',
      '+* function f: def f(a, *, b=1) -> int',
      '+@ class C: class C(B)',
      '+ method C.m: def m(self)',
      'method C._p: def _p(self)',
    ]);
    assert.deepEqual(await definitions('a.py', "__all__ = ['_f']\ndef _f(): pass\ndef g(): pass\n"), [
      '+ function _f: def _f()',
      'function g: def g()',
    ]);
  });

  it('reads what Python imports, and what never runs', async () => {
    const text = `import os.path as p, sys
from . import x
from ..pkg.mod import a as b, c
from z import *
if TYPE_CHECKING:
    from t import T
def f():
    import lazy
`;
    assert.deepEqual(await imports('a.py', text), [
      'static os.path *',
      'static sys *',
      'static . x',
      'static ..pkg.mod a,c',
      'static z *',
      'type t T',
      'lazy lazy *',
    ]);
  });

  it('knows what is public in Go, Java and Rust', async () => {
    const go =
      'package a\n// F does.\nfunc F(a, b int) error { return nil }\nfunc (t *T[K]) M() {}\nfunc (u u) M() {}\ntype T[K any] struct { A int }\nconst K, l = 1, 2\nvar f = func() { var inner int }\n';
    assert.deepEqual(await definitions('a.go', go), [
      '+* function F: func F(a, b int) error',
      '+ method T.M: func (t *T[K]) M()',
      'method u.M: func (u u) M()',
      '+ class T: T[K any] struct { A int }',
      '+ constant K: K',
      'constant l: l',
      'constant f: f',
    ]);
    const java =
      'package a;\n/** Doc. */\npublic class A { @Deprecated public int f(int a) { return a; } void g() {} public static final int K = 1; }\npublic interface I { void x(); }\nenum E { A; public void y() {} }\n';
    assert.deepEqual(await definitions('A.java', java), [
      '+* class A: public class A',
      '+@ method A.f: public int f(int a)',
      'method A.g: void g()',
      '+ constant A.K: public static final int K',
      '+ interface I: public interface I',
      '+ method I.x: void x()',
      'enum E: enum E { A',
      'method E.y: public void y()',
    ]);
    const rust =
      '/// Doc.\n#[inline]\npub fn f<T>(a: T) -> i32 { 1 }\npub(crate) fn g() {}\npub struct S { pub a: i32 }\nimpl S { pub fn m(&self) {} fn p() {} }\nimpl Clone for S { fn clone(&self) -> S {} }\npub trait T { fn t(&self); }\npub mod inner { pub const K: i32 = 1; }\n#[cfg(test)]\nmod tests { pub fn t() {} }\n';
    assert.deepEqual(await definitions('src/lib.rs', rust), [
      '+*@ function f: pub fn f<T>(a: T) -> i32',
      'function g: pub(crate) fn g()',
      '+ class S: pub struct S { pub a: i32 }',
      '+ method S.m: pub fn m(&self)',
      'method S.p: fn p()',
      '+ interface T: pub trait T',
      '+ method T.t: fn t(&self)',
      '+ constant inner.K: pub const K: i32',
    ]);
    assert.deepEqual(await imports('src/lib.rs', 'use crate::a::{b, c::d as e, self};\nuse std::io::*;\nmod x;\n'), [
      'static crate::a::b *',
      'static crate::a::c::d *',
      'static crate::a *',
      'static std::io *',
      'part self::x *',
    ]);
  });

  it('measures the same logic alike in every language', async () => {
    const script = `function f(a, b) {
  if (a && b) { for (const x of b) { if (x) go(); } }
  else if (a) { go(); }
  else { go(); }
  return a ? 1 : 2;
}`;
    assert.deepEqual(await sizes('a.js', script), ['f 7/3/6/2']);
    const python = `def f(a, b):
    if a and b:
        for x in b:
            if x: go()
    elif a: go()
    else: go()
    return 1 if a else 2
`;
    assert.deepEqual(await sizes('a.py', python), ['f 7/3/7/2']);
    const java = `class C { int f(int a, int b) {
  if (a > 0 && b > 0) { for (int x : y) { if (x > 0) go(); } }
  else if (a > 0) { go(); }
  else { go(); }
  return a > 0 ? 1 : 2;
} }`;
    assert.deepEqual(await sizes('C.java', java), ['C.f 7/3/6/2']);
    const go = `package a
func f(a, b int) int {
  if a > 0 && b > 0 { for range x { if c { g() } } } else if a > 0 { g() } else { g() }
  return 1
}`;
    assert.deepEqual(await sizes('a.go', go), ['f 6/3/4/2']);
    const rust = `fn f(a: bool, b: bool) -> i32 {
  if a && b { for x in y { if x { g() } } } else if a { g() } else { g() }
  match a { true => 1, _ => 2 }
}`;
    assert.deepEqual(await sizes('a.rs', rust), ['f 7/3/4/2']);
  });

  it('gives a nested function its own measure, and the name of what holds it', async () => {
    const text = 'class A { m() { const inner = () => { if (a) b(); }; return [1].map((x) => x || 1); } }';
    assert.deepEqual(await sizes('a.js', text), ['A.m 1/0/1/0', 'A.inner 2/1/1/0', '(anonymous) 2/0/1/1']);
  });

  it('says when the grammar did not understand all of it, and still reads the rest', async () => {
    const outline = await read('a.ts', 'export function ok() {}\n}}}} ((( \n');
    assert.ok(outline.damaged);
    assert.ok(outline.definitions.some((one) => one.name === 'ok'));
  });

  it('reads nothing where no grammar is known', async () => {
    assert.equal(await outlineText(engine, 'a.rb', 'def f; end'), null);
  });
});
