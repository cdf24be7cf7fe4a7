// Golden texts: what each wrong file of test/golden/workflow/wrong says. UPDATE_GOLDEN=1 writes them anew; read the diff.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { knownNames } from '#test/unit/workflow/known.ts';

const FOLDER = path.resolve('test/golden/workflow/wrong');
const files = readdirSync(FOLDER).filter((file) => /\.cas\.(yaml|json)$/.test(file));

function report(file: string, text: string): string {
  const { problems, definition } = checkWorkflow(text, { file, ...knownNames });
  const lines = problems.map(({ line, column, endLine, endColumn, severity, code, message, hint }) =>
    [`${line}:${column}-${endLine}:${endColumn} ${severity} ${code}`, `  ${message}`, ...(hint === '' ? [] : [`  ${hint}`])].join('\n'),
  );
  assert.equal(definition, null);
  return `${lines.join('\n')}\n`;
}

describe('a wrong workflow file', () => {
  it('has a dozen examples and more', () => assert.ok(files.length >= 12, `${files.length}`));

  for (const file of files) {
    it(`says every problem with place, reason and hint: ${file}`, () => {
      const text = readFileSync(path.join(FOLDER, file), 'utf8');
      const golden = path.join(FOLDER, `${file}.txt`);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, report(file, text));
      assert.equal(report(file, text), readFileSync(golden, 'utf8'));
    });

    it(`says the same with CRLF line ends: ${file}`, () => {
      const text = readFileSync(path.join(FOLDER, file), 'utf8');
      assert.equal(report(file, text.replaceAll('\n', '\r\n')), report(file, text));
    });
  }
});
