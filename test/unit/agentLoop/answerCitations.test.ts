import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { cpuMs, HANG_MS } from '#test/support/cpuTime.ts';
import { checkAnswer } from '#core/agents/answerCitations.ts';

const files: { readonly [path: string]: string } = {
  'src/a.ts': 'one\ntwo\nthree\n',
  'README.md': 'x',
  'app/[id]/(shop)/page.tsx': 'one\n',
  'crlf.ts': 'one\r\ntwo\r\n',
  'empty.ts': '',
};
const ports = {
  readText: (path: string): Promise<string> => {
    const text = files[path];
    return text === undefined ? Promise.reject(new AppError({ code: 'files.notFound', message: path })) : Promise.resolve(text);
  },
  hasRecord: (id: string) => Promise.resolve(id === 'run_known1'),
};
const checked = async (text: string): Promise<string> => (await checkAnswer(text, ports)).text;

describe('what an answer refers to', () => {
  it('stays as it is when it holds', async () => {
    for (const text of [
      'See src/a.ts:3.',
      '(`src/a.ts:1-3`)',
      'README.md:1, run_known1',
      'src/a.ts:3:17',
      'src/a.ts#L1-L3',
      './src/a.ts:1',
      'crlf.ts:2',
    ])
      assert.equal(await checked(text), text);
    assert.deepEqual((await checkAnswer('src/a.ts:1 src/a.ts:9 run_known1 prp_wrong99', ports)).check, { checked: 4, verified: 2 });
  });

  it('is marked where it cannot be verified: a line that is not there, a file, a record', async () => {
    assert.equal(
      await checked('See src/a.ts:4 and `src/gone.ts:1`, in run_unknown.'),
      'See src/a.ts:4 [unverified] and `src/gone.ts:1` [unverified], in run_unknown [unverified].',
    );
    for (const wrong of ['crlf.ts:3', 'empty.ts:1', 'src/a.ts:0', 'gone.ts:12', 'app/[id]/(shop)/page.tsx:2', 'app/[no]/page.tsx:1'])
      assert.equal(await checked(`in ${wrong}, too`), `in ${wrong} [unverified], too`);
    for (const wrong of ['src/a.ts:9:1', 'src/a.ts#L9', 'src/a.ts#L1-L9', './src/a.ts:9', '~/src/a.ts:1'])
      assert.equal(await checked(`(${wrong})`), `(${wrong} [unverified])`);
    assert.equal(await checked('src/a.ts:3-2'), 'src/a.ts:3-2 [unverified]');
    assert.equal(await checked('../../etc/passwd.txt:1'), '../../etc/passwd.txt:1 [unverified]');
  });

  it('is read in no time, however it is written', async () => {
    const hostile = ['+', 'a.', '[a', '(a/', 'a/', '[a]'].map((part) => part.repeat(50_000));
    assert.ok((await cpuMs(() => Promise.all(hostile.map(checked)))) < HANG_MS);
  });

  it('is no reference when it is an address, a time or a version', async () => {
    for (const text of ['https://example.org:443/x', 'example.org:443', 'at 12:30', 'node.js:20', 'a.b.c'])
      assert.equal(await checked(text), text);
  });
});
