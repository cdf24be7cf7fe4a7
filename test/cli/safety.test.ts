// Files that act, and what agents may do without asking, on the command line.

import assert from 'node:assert/strict';
import { assertCode, cas, casJson, newFolder } from '#test/cli/runCli.ts';
import { writeFiles } from '#test/support/temporaryFolder.ts';
import type { ActingFile } from '#protocol/approval.ts';

const workflow = (title: string): string =>
  `name: mine\nversion: 1.0.0\nsteps:\n  - key: look\n    name: ${title}\n    agent: analyst\n    action: project.detect\n`;
const FILE = '.cas/workflows/mine.cas.yaml';

describe('files that act, on the command line', () => {
  it('run as they were when they were first seen, and after a change only once they are approved', async () => {
    const root = newFolder({ [FILE]: workflow('First'), 'a.js': '1\n' });
    const run = () => cas(['workflow', 'run', 'mine', '--workspace', root]);
    assertCode(await run(), 0);
    writeFiles(root, { [FILE]: workflow('Changed') });
    const refused = await run();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /new or has changed since it was approved[\s\S]*cas trust/);
    const listed = await cas(['trust', '--workspace', root]);
    assert.match(listed.stdout, /changed {2}workflow {2}\.cas\/workflows\/mine\.cas\.yaml/);
    const [file] = await casJson<readonly ActingFile[]>(['trust', FILE, '--workspace', root]);
    assert.equal(file?.state, 'approved');
    assertCode(await run(), 0);
  });

  it('an option that allows something else is refused with what there is', async () => {
    const { code, stderr } = await cas(['approvals', 'list', '--allow', 'everything', '--workspace', newFolder()]);
    assert.equal(code, 2);
    assert.match(stderr, /execute, network, external, tainted-egress/);
  });

  it('nothing is allowed for good until a person said so', async () => {
    const root = newFolder();
    assert.match((await cas(['approvals', 'list', '--workspace', root])).stdout, /Nothing is allowed for good\./);
    assert.equal((await cas(['approvals', 'revoke', 'abc', '--workspace', root])).code !== 0, true);
  });
});
