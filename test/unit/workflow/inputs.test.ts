import assert from 'node:assert/strict';
import type { Json } from '#base/json.ts';
import { isAppError } from '#base/errors.ts';
import { completeInputs, parseInputWords } from '#core/workflow/inputs.ts';
import type { InputSpec } from '#protocol/workflow.ts';

const spec = (name: string, type: InputSpec['type'], more: Partial<InputSpec> = {}): InputSpec => ({
  name,
  type,
  description: '',
  required: false,
  default: undefined,
  enum: undefined,
  ...more,
});
const specs = [
  spec('feature', 'string', { required: true, description: 'What to build' }),
  spec('sinceDays', 'number', { default: 365 }),
  spec('fix', 'boolean', { default: true }),
  spec('paths', 'array'),
  spec('options', 'object'),
  spec('level', 'string', { enum: ['low', 'high'] }),
];

function problemsOf(run: () => unknown): Json {
  try {
    run();
  } catch (error) {
    if (isAppError(error) && error.code === 'workflow.badInput')
      return (error.details['problems'] as readonly { message: string }[]).map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('inputs of a run', () => {
  it('are completed with defaults; an optional one without is absent', () => {
    assert.deepEqual(completeInputs(specs, { feature: 'x', fix: false }), { feature: 'x', sinceDays: 365, fix: false });
  });

  it('are refused with every problem at once', () => {
    assert.deepEqual(
      problemsOf(() => completeInputs(specs, { sinceDay: 3, fix: 'yes', paths: 'src', options: [], level: 'mid' })),
      [
        'There is no input `sinceDay`. Did you mean `sinceDays`?',
        'Input `feature` is required: What to build.',
        'Input `fix` must be true or false, but it is a string.',
        'Input `paths` must be a list, but it is a string.',
        'Input `options` must be a mapping, but it is a list.',
        'Input `level` must be one of `low`, `high`.',
      ],
    );
    assert.deepEqual(
      problemsOf(() => completeInputs([], { a: 1 })),
      ['There is no input `a`. This workflow has no inputs.'],
    );
  });

  it('are read from command-line words by their type', () => {
    const words = ['feature=a=b', 'sinceDays=30', 'fix=no', 'paths=src/**, test/**', 'options={"a":1}', 'unknown=1'];
    assert.deepEqual(parseInputWords(specs, words), {
      feature: 'a=b',
      sinceDays: 30,
      fix: false,
      paths: ['src/**', 'test/**'],
      options: { a: 1 },
      unknown: '1',
    });
    assert.deepEqual(parseInputWords(specs, ['paths=["a,b"]', 'feature=']), { paths: ['a,b'], feature: '' });
    assert.deepEqual(parseInputWords(specs, ['paths=']), { paths: [] });
  });

  it('are refused as words that say nothing of their type', () => {
    assert.deepEqual(
      problemsOf(() => parseInputWords(specs, ['fix', '=1', 'sinceDays=soon', 'sinceDays=', 'fix=perhaps', 'options=[1]', 'paths=[1'])),
      [
        '`fix` is not an input; write `name=value`.',
        '`=1` is not an input; write `name=value`.',
        'Input `sinceDays` must be a number, but it is `soon`.',
        'Input `sinceDays` must be a number, but it is ``.',
        'Input `fix` must be true or false, but it is `perhaps`.',
        'Input `options` must be a mapping, but it is `[1]`.',
        'Input `paths` must be a list, but it is `[1`.',
      ],
    );
  });

  it('keep hostile names harmless', () => {
    assert.deepEqual(
      problemsOf(() => completeInputs([], JSON.parse('{"__proto__": {"x": 1}}') as { [key: string]: Json })),
      ['There is no input `__proto__`. This workflow has no inputs.'],
    );
    assert.deepEqual(completeInputs([spec('toString', 'string')], {}), {});
  });
});
