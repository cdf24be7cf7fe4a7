import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import { fillArguments, fillText, splitTemplate } from '#core/workflow/template.ts';

const scope: ExpressionScope = {
  inputs: { name: 'Ada', n: 3, on: false, list: [1, 'a'], map: { k: null } },
  results: {
    skipped: null,
    scan: {
      findings: [
        {
          id: 'r:1',
          severity: 'high',
          title: 'Open door',
          message: 'Any one\nmay enter',
          citations: [
            { path: 'src/a.ts', line: 3 },
            { path: 'b.ts', line: 9 },
          ],
        },
        { id: 'r:2', severity: 'info', title: 'Old', message: '', citations: [] },
      ],
    },
  },
  context: {},
};

describe('a template', () => {
  it('fills text: strings as they are, other values as compact JSON, null as nothing', () => {
    assert.equal(
      fillText('{{inputs.name}}: {{ inputs.n }}, {{ inputs.on }}, {{ inputs.list }}, {{ inputs.map }}, [{{ results.skipped.x }}].', scope),
      'Ada: 3, false, [1,"a"], {"k":null}, [].',
    );
  });

  it('shows findings one a line with their places', () => {
    assert.equal(
      fillText('{{ findings(results) }}', scope),
      '- [high] src/a.ts:3 Open door: Any one may enter; also b.ts:9 (r:1)\n- [info] not cited Old (r:2)',
    );
  });

  it('keeps the type of a string that is one whole template, at any depth', () => {
    const args = { a: '{{ inputs.n }}', b: ['{{ inputs.list }}', ' {{ inputs.on }} '], c: { d: 'n={{ inputs.n }}', e: 7, f: null } };
    assert.deepEqual(fillArguments(args, scope), { a: 3, b: [[1, 'a'], false], c: { d: 'n=3', e: 7, f: null } });
  });

  it('leaves a key out whose whole template gives nothing, and keeps a written null', () => {
    assert.deepEqual(
      fillArguments({ gone: '{{ inputs.paths }}', skipped: '{{ results.skipped }}', list: ['{{ inputs.paths }}'], kept: null }, scope),
      { list: [null], kept: null },
    );
  });

  it('finds the closing braces behind maps and strings of an expression', () => {
    assert.deepEqual(fillArguments({ a: '{{ {"x": {"y": 1}} }}', b: '{{ "}}" + \'{{\' }}!', c: '{{ "a\\"}}" }}' }, scope), {
      a: { x: { y: 1 } },
      b: '}}{{!',
      c: 'a"}}',
    });
  });

  it('knows where each expression stands', () => {
    assert.deepEqual(splitTemplate('a {{  x.y }}b'), [
      { kind: 'text', text: 'a ' },
      { kind: 'expression', source: 'x.y', offset: 6 },
      { kind: 'text', text: 'b' },
    ]);
  });

  it('is refused when open or empty, and when its result is too large', () => {
    for (const text of ['{{ a', 'a {{ }}', '{{ "x }}'])
      assert.throws(
        () => fillText(text, scope),
        (error) => hasCode(error, 'workflow.template'),
        text,
      );
    const large = { ...scope, inputs: { text: 'x'.repeat(100_000) } };
    assert.throws(
      () => fillText('{{ inputs.text }}{{ inputs.text }}{{ inputs.text }}', large),
      (error) => hasCode(error, 'workflow.expression'),
    );
  });

  it('keeps hostile keys as plain keys', () => {
    const filled = fillArguments(JSON.parse('{"__proto__": {"x": "{{ 1 }}"}}') as { [key: string]: string }, scope);
    assert.deepEqual(Object.keys(filled), ['__proto__']);
    assert.equal(({} as { x?: unknown }).x, undefined);
  });
});
