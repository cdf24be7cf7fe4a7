import assert from 'node:assert/strict';
import { firstFindings } from '#core/skills/report/firstFindings.ts';

describe('the findings shown first', () => {
  it('are the most severe, and of equal ones something of each kind', () => {
    const of = (severity: 'high' | 'low', rule: string, many: number) => Array.from({ length: many }, (_, at) => ({ severity, rule, at }));
    const all = [...of('high', 'a', 1), ...of('low', 'copy', 4), ...of('low', 'todo', 2), ...of('low', 'link', 1)];
    assert.deepEqual(
      firstFindings(all, 6).map(({ rule, at }) => `${rule}${at}`),
      ['a0', 'copy0', 'todo0', 'link0', 'copy1', 'todo1'],
    );
    assert.equal(firstFindings(all, 100).length, all.length);
    assert.deepEqual(firstFindings([], 5), []);
  });
});
