import assert from 'node:assert/strict';
import { parseAgentFile } from '#core/agents/agentFile.ts';
import { agentTemplate } from '#editor/commands/agentTemplate.ts';

const known = { knownTools: ['files.list', 'files.read', 'files.search', 'git.log', 'git.diff'], knownSkills: [] };

describe('the file of a new agent', () => {
  it('is an agent without any problem, whatever it is called and said to do', () => {
    for (const [id, role] of [
      ['api-reviewer', 'Looks at the public API for changes that break its callers.'],
      ['a1', 'Says "no": always # really'],
      ['x-', 'x'],
    ] as const) {
      const { agent, problems } = parseAgentFile(agentTemplate(id, role), {
        file: `/w/.cas/agents/${id}.md`,
        source: 'workspace',
        ...known,
      });
      assert.deepEqual(problems, [], id);
      assert.deepEqual([agent?.id, agent?.role], [id, role]);
    }
  });
});
