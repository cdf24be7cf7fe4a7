// Every text of the editor and of the pages is in the bundles, and every translation is whole.

import assert from 'node:assert/strict';
import { BUNDLE, collect, LOCALES, localeBundle, readBundle, textsOf } from '../../../scripts/l10n.mjs';

type Texts = Readonly<Record<string, string>>;

/** What a translation must keep: places for values, links, code. */
function fixedParts(text: string): readonly string[] {
  return (text.match(/\{\d+\}|\(command:[^)]*\)|`[^`]*`/g) ?? []).toSorted();
}

function assertSame(keys: readonly string[], texts: Texts, name: string): void {
  const known = new Set(Object.keys(texts));
  const wanted = new Set(keys);
  assert.deepEqual(
    { missing: keys.filter((key) => !known.has(key)), unused: [...known].filter((key) => !wanted.has(key)) },
    { missing: [], unused: [] },
    `${name}: run scripts/l10n.mjs`,
  );
}

describe('texts', () => {
  const english = [...collect().keys()];

  it('are all in the bundle, and nothing else', () => {
    assertSame(english, readBundle(BUNDLE) as Texts, BUNDLE);
  });

  for (const locale of LOCALES) {
    it(`are all translated to ${locale}, with the same values, links and code`, () => {
      for (const [source, translated, name] of [
        [readBundle(BUNDLE), readBundle(localeBundle(locale)), localeBundle(locale)],
        [readBundle('package.nls.json'), readBundle(`package.nls.${locale}.json`), `package.nls.${locale}.json`],
      ] as readonly (readonly [Texts, Texts, string])[]) {
        assertSame(Object.keys(source), translated, name);
        for (const [key, text] of Object.entries(source)) {
          assert.deepEqual(fixedParts(translated[key] ?? ''), fixedParts(text), `${name}: ${key}`);
          assert.notEqual(translated[key]?.trim(), '', `${name}: ${key}`);
        }
      }
    });
  }

  it('are found however they are written', () => {
    const source = [
      "t('a')",
      `t("it's")`,
      "vscode.l10n.t('b {0}', t('c'))",
      '// t(notOne)',
      "const url = 'http://x'; t('after a url')",
      't(`plain`)',
      "t(\n  'broken over lines',\n)",
      "x.t('of somebody else'); cat('no'); t('x\\u00e9\\n')",
    ].join('\n');
    assert.deepEqual(textsOf(source, 'x.ts'), ['a', "it's", 'b {0}', 'c', 'after a url', 'plain', 'broken over lines', 'x\u00e9\n']);
    for (const wrong of ['t(name)', "t('a' + b)", 't(`a ${b}`)', "t(cond ? 'a' : 'b')"])
      assert.throws(() => textsOf(wrong, 'x.ts'), /x\.ts:1/);
  });
});
