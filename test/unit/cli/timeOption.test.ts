import assert from 'node:assert/strict';
import { momentOf, timeOption } from '#cli/timeOption.ts';
import { hasCode } from '#base/errors.ts';

describe('moments on the command line', () => {
  it('are local time, as times are printed, unless they name their offset', () => {
    assert.equal(momentOf('2026-11-01'), new Date(2026, 10, 1).getTime());
    assert.equal(momentOf('2026-11-01T09:30'), new Date(2026, 10, 1, 9, 30).getTime());
    assert.equal(momentOf('2026-11-01T09:30:15Z'), Date.UTC(2026, 10, 1, 9, 30, 15));
    assert.equal(momentOf('2026-11-01T09:30+02:00'), Date.UTC(2026, 10, 1, 7, 30));
  });

  it('are written out: a number is no year, and words are no date', () => {
    for (const text of ['90', '2026', 'run 1', 'Nov 1', '2026-13-01', '2026-11-01 ']) assert.ok(Number.isNaN(momentOf(text)), text);
  });

  it('may be a time ago', () => {
    const day = Date.now() - 86_400_000;
    const given = timeOption({ since: '1d' }, 'since') ?? 0;
    assert.ok(Math.abs(given - day) < 5_000, String(given - day));
    assert.equal(timeOption({}, 'since'), undefined);
    assert.throws(
      () => timeOption({ since: 'yesterdayish' }, 'since'),
      (error) => hasCode(error, 'cli.usage'),
    );
  });
});
