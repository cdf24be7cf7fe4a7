import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJunitFile, readJunit } from '#core/skills/project/parseJunit.ts';
import { createLocator } from '#core/skills/project/place.ts';

const ROOT = '/scratch/cas/sample';
/** What the runners really wrote, with the folder they ran in as {root}. */
const recorded = (name: string): string =>
  readFileSync(join(import.meta.dirname, 'outputs', `${name}.txt`), 'utf8').replaceAll('{root}', ROOT);
const locator = createLocator(ROOT, new Set(['t/test_sum.py', 't/a.test.mjs']));
const read = (xml: string) => readJunit(xml, locator) ?? assert.fail('no report');

describe('JUnit reports', () => {
  it('of pytest: counts, failures, errors, and entities as the characters they stand for', () => {
    const { passed, failed, skipped, failures } = read(recorded('junit-pytest'));
    assert.deepEqual([passed, failed, skipped], [1, 2, 1]);
    assert.deepEqual(
      failures.map(({ name, place }) => [name, place?.path, place?.line]),
      [
        ['t.test_sum › test_wrong', 't/test_sum.py', 7],
        ['t.test_sum › test_breaks', 't/test_sum.py', 13],
      ],
    );
    assert.match(failures[0]?.message ?? '', /'a<b' == 'c&"d"'/);
  });

  it('of node:test: nested suites count once', () => {
    const { passed, failed, skipped, failures } = read(recorded('junit-node'));
    assert.deepEqual([passed, failed, skipped], [1, 1, 1]);
    assert.match(failures[0]?.name ?? '', /fails <here>/);
  });

  it('are told from other XML, and no entity of a document type is expanded', () => {
    assert.equal(readJunit('<project><testcase/></project>', locator), null);
    const bomb =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><testsuite><testcase name="&a;"><failure message="&a;&#65;&#x42;"/></testcase></testsuite>';
    assert.deepEqual(
      read(bomb).failures.map(({ name, message }) => [name, message]),
      [['&a;', '&a;AB']],
    );
  });

  it('are found where runners put them', () => {
    const found = [
      'target/surefire-reports/TEST-a.B.xml',
      'build/test-results/test/TEST-x.xml',
      'junit.xml',
      'out/report.xml',
      'pom.xml',
      'src/config.xml',
    ].filter(isJunitFile);
    assert.deepEqual(found, ['target/surefire-reports/TEST-a.B.xml', 'build/test-results/test/TEST-x.xml', 'junit.xml', 'out/report.xml']);
  });
});
