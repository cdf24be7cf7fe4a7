import assert from 'node:assert/strict';
import { percent } from '#base/figures.ts';

describe('figures for people', () => {
  it('say 100% only of all, and 0% only of nothing', () => {
    const shown = [percent(10_000, 10_000), percent(9_999, 10_000), percent(1, 100_000), percent(0, 3), percent(32, 35), percent(0.5, 1)];
    assert.deepEqual(shown, ['100%', '99.9%', '0.1%', '0%', '91.4%', '50%']);
  });
});
