import assert from 'node:assert/strict';
import { hasCode, isAppError } from '#base/errors.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { registryOf } from '#test/support/agentFiles.ts';

function agentText(id: string, role = 'Works.'): string {
  return `---\nid: ${id}\nname: ${id}\nrole: ${role}\ndescription: d\ncapabilities:\n  code.write: 0.5\ndeliverable: findings\n---\nWork.\n`;
}

const BUILT_IN = { '/app/resources/agents/developer.md': agentText('developer'), '/app/resources/agents/qa.md': agentText('qa') };
const seen = (agents: readonly AgentDefinition[]): unknown => agents.map((agent) => [agent.id, agent.source, agent.role]);

describe('the agent registry', () => {
  it('lists built-in agents and the workspace’s own, which replace those of the same id', async () => {
    const { registry } = registryOf({
      ...BUILT_IN,
      '/w/.cas/agents/mine.md': agentText('mine'),
      '/w/.cas/agents/qa.md': agentText('qa', 'Ours.'),
      '/w/.cas/agents/notes.txt': 'not an agent',
    });
    await registry.load();
    assert.deepEqual(seen(registry.all), [
      ['developer', 'built-in', 'Works.'],
      ['mine', 'workspace', 'Works.'],
      ['qa', 'workspace', 'Ours.'],
    ]);
    assert.equal(registry.get('qa').file, '/w/.cas/agents/qa.md');
    assert.deepEqual(registry.reports, []);
  });

  it('reads no agent of an untrusted workspace, and says so', async () => {
    const { registry } = registryOf({ ...BUILT_IN, '/w/.cas/agents/qa.md': agentText('qa', 'Ours.') }, false);
    await registry.load();
    assert.equal(registry.get('qa').source, 'built-in');
    assert.deepEqual(
      registry.reports.map((report) => [report.file, report.problems.map((problem) => problem.code)]),
      [['/w/.cas/agents/qa.md', ['agent.untrusted']]],
    );
  });

  it('reports bad files and keeps the rest, the built-in agent under a broken one included', async () => {
    const { registry } = registryOf({
      ...BUILT_IN,
      '/w/.cas/agents/a.md': agentText('mine'),
      '/w/.cas/agents/b.md': agentText('mine', 'Second.'),
      '/w/.cas/agents/locked.md': new Error('EACCES'),
      '/w/.cas/agents/qa.md': '---\nid: qa\n---\n',
    });
    await registry.load();
    assert.deepEqual(registry.ids, ['developer', 'mine', 'qa']);
    assert.deepEqual([registry.get('qa').source, registry.get('mine').file], ['built-in', '/w/.cas/agents/a.md']);
    assert.deepEqual(
      registry.reports.map((report) => [report.file.slice('/w/.cas/agents/'.length), report.problems[0]?.code]),
      [
        ['b.md', 'agent.duplicateId'],
        ['locked.md', 'agent.unreadable'],
        ['qa.md', 'agent.missing'],
      ],
    );
  });

  it('registers and unregisters while running, and tells who listens', async () => {
    const { registry, files } = registryOf(BUILT_IN);
    await registry.load();
    const changes: string[] = [];
    registry.onChanged(() => changes.push(registry.ids.join(' ')));
    const added = registry.register({ ...registry.get('qa'), id: 'helper' });
    assert.throws(
      () => registry.register(registry.get('qa')),
      (error) => hasCode(error, 'agent.exists'),
    );
    added.dispose();
    added.dispose();
    files['/w/.cas/agents/mine.md'] = agentText('mine');
    await registry.load();
    registry.setDisabled(['qa']);
    assert.deepEqual(changes, ['developer helper qa', 'developer qa', 'developer mine qa', 'developer mine qa']);
    assert.deepEqual([registry.isDisabled('qa'), registry.isDisabled('mine')], [true, false]);
  });

  it('throws agent.notFound with the nearest name', async () => {
    const { registry } = registryOf(BUILT_IN);
    await registry.load();
    assert.throws(
      () => registry.get('develloper'),
      (error) => isAppError(error) && error.code === 'agent.notFound' && error.message.includes('Did you mean `developer`?'),
    );
  });
});
