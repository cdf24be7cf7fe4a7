import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHunks } from '#core/agents/tools/diffHunks.ts';
import { lineAt, placesOf } from '#core/agents/tools/match.ts';
import { fuzzOptions } from '#test/support/fuzz.ts';

/** The text with the only place replaced. */
function replaced(text: string, search: string, replacement: string): string {
  const [place, ...others] = placesOf(text, search);
  assert.ok(place !== undefined && others.length === 0, `${others.length + (place ? 1 : 0)} places`);
  return text.slice(0, place.start) + place.fit(replacement) + text.slice(place.end);
}

describe('finding the place a model means', () => {
  it('takes the text to the letter first', () => {
    assert.equal(replaced('a b c\n', 'b', 'x'), 'a x c\n');
  });

  it('finds LF in CRLF and writes CRLF', () => {
    assert.equal(replaced('a\r\nb\r\nc\r\n', 'a\nb\n', 'a\nx\nb\n'), 'a\r\nx\r\nb\r\nc\r\n');
  });

  it('leaves white space at line ends out of account', () => {
    assert.equal(replaced('if (a) {  \n  b();\t\n}\n', 'if (a) {\n  b();\n}', 'c();'), 'c();\n');
  });

  it('finds a block with another indentation and gives the replacement that indentation', () => {
    const text = 'class A {\n    run() {\n        go();\n    }\n}\n';
    assert.equal(replaced(text, 'run() {\n    go();\n}', 'run() {\n    stop();\n}'), 'class A {\n    run() {\n        stop();\n    }\n}\n');
    assert.equal(replaced('  x\n', '      x\n', '      y\n'), '  y\n');
  });

  it('does not take lines whose indentation differs each in its own way', () => {
    assert.deepEqual(placesOf('if a:\n  b\n    c\n', 'if a:\n    b\n    c\n'), []);
  });

  it('gives all places when there are several, and none for white space alone', () => {
    assert.deepEqual(
      placesOf('x();\ny();\nx();\n', 'x();').map(({ start }) => lineAt('x();\ny();\nx();\n', start)),
      [1, 3],
    );
    assert.deepEqual(placesOf('a\n\n\nb\n', '  \n \n'), []);
  });

  it('a copy of lines with other white space is found exactly there, and putting it back changes no byte', () => {
    const word = fc.stringMatching(/^[a-z]{6}$/);
    const line = fc.tuple(fc.constantFrom('', '  ', '\t', '    '), word).map(([indent, text]) => indent + text);
    const ends = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(
        fc.uniqueArray(line, { minLength: 3, maxLength: 30, selector: (text) => text.trim() }),
        ends,
        fc.nat(),
        fc.nat(5),
        fc.constantFrom('', '  ', '\t'),
        (lines, end, from, count, trail) => {
          const at = from % lines.length;
          const block = lines.slice(at, at + count + 1);
          const text = lines.map((one) => one + end).join('');
          const search = block.map((one) => `${one}${trail}\n`).join('');
          const replacement = block.map((one) => `${one}\n`).join('');
          assert.equal(replaced(text, search, replacement), text);
        },
      ),
      fuzzOptions(2_000),
    );
  });
});

describe('a unified diff as models write them', () => {
  it('is read by its lines, whatever its numbers say', () => {
    const diff = '--- a/x\n+++ b/x\n@@ -999,7 +1,1 @@ function\n a\n-b\n+c\n\n d\n';
    assert.deepEqual(parseHunks(diff), [{ oldStart: 999, oldText: 'a\nb\n\nd\n', newText: 'a\nc\n\nd\n' }]);
  });

  it('keeps a missing line end at the end of the file', () => {
    const [hunk] = parseHunks('@@\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n');
    assert.deepEqual(hunk, { oldStart: null, oldText: 'old', newText: 'new' });
  });

  it('is refused when it is none', () => {
    for (const text of ['just words', '@@ -1 +1 @@', '@@\n*** x\n']) assert.throws(() => parseHunks(text), { code: 'edit.badDiff' });
  });
});
