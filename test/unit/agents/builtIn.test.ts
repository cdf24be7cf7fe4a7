import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAgentFile } from '#core/agents/agentFile.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import type { AgentDefinition } from '#core/agents/definition.ts';
import { shippedSkills } from '#test/support/shippedSkills.ts';

const FOLDER = join(import.meta.dirname, '../../../resources/agents');
const CORE = 'marketer analyst planner developer tester qa engineer security'.split(' ');
const SPECIALISTS =
  'backend frontend devops quality performance architect api database data datascience mobile infrastructure standards product cto ceo writer researcher'.split(
    ' ',
  );
const TOOLS = allTools.map((tool) => tool.id);
const SKILLS = shippedSkills.map((skill) => skill.id);
const SECTIONS = ['What you deliver', 'How you work', 'What you check', 'What you refuse', 'When you stop', 'How you cite'];

const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const checked = [...texts].map(([name, text]) => ({
  name,
  ...parseAgentFile(text, { file: join(FOLDER, name), source: 'built-in', knownTools: TOOLS, knownSkills: SKILLS }),
}));
const agents = checked.flatMap((one): AgentDefinition[] => (one.agent ? [one.agent] : []));

/** Runs of five words, without punctuation and case. */
function shingles(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return new Set(words.slice(4).map((_, at) => words.slice(at, at + 5).join(' ')));
}

describe('the built-in agents', () => {
  it('are the core eight and the eighteen specialists, each in the file of its id, without a problem', () => {
    assert.deepEqual(
      checked.filter((one) => one.problems.length > 0).map((one) => [one.name, one.problems]),
      [],
    );
    assert.deepEqual(
      checked.map((one) => [one.name, one.agent?.id]),
      [...CORE, ...SPECIALISTS].sort().map((id) => [`${id}.md`, id]),
    );
  });

  it('have every section, and 40 to 90 lines of instructions that fit the page', () => {
    for (const { id, instructions } of agents) {
      const lines = instructions.split('\n');
      const headings = lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3));
      assert.deepEqual(headings, SECTIONS, id);
      assert.ok(lines.length >= 40 && lines.length <= 90, `${id} has ${lines.length} lines`);
      for (const line of lines) assert.ok(line.length <= 130, `${id}: ${line}`);
      for (const heading of SECTIONS) {
        const body = instructions.split(`## ${heading}`)[1]?.split('\n## ')[0]?.trim() ?? '';
        assert.ok(body.length > 80, `${id}: "${heading}" says something`);
      }
    }
  });

  it('say different things: no two share more than a twentieth of their wording', () => {
    const all = agents.map((agent) => ({ id: agent.id, parts: shingles(agent.instructions) }));
    for (const [at, one] of all.entries()) {
      for (const other of all.slice(at + 1)) {
        const shared = [...one.parts].filter((part) => other.parts.has(part)).length;
        const share = shared / Math.min(one.parts.size, other.parts.size);
        assert.ok(share < 0.05, `${one.id} and ${other.id} share ${(share * 100).toFixed(1)} %`);
      }
    }
  });

  it('each are the best at something', () => {
    for (const agent of agents) {
      const best = agent.capabilities.some(({ name, confidence }) =>
        agents.every((other) => other === agent || other.capabilities.every((one) => one.name !== name || one.confidence < confidence)),
      );
      assert.ok(best, agent.id);
    }
  });

  it('may use what their work needs: writers of changes can propose, and every tool and skill has somebody', () => {
    for (const agent of agents.filter((one) => one.deliverable === 'changeSet')) {
      assert.ok(agent.tools.includes('files.propose') && agent.tools.includes('files.read'), agent.id);
    }
    for (const skill of SKILLS)
      assert.ok(
        agents.some((agent) => agent.skills.includes(skill)),
        skill,
      );
    for (const agent of agents) {
      if (agent.skills.length > 0) assert.ok(agent.tools.includes('skills.run'), agent.id);
    }
  });

  it('are told of no tool and no skill that is not there, or that they were not given', () => {
    const areas = new Set([...TOOLS, ...SKILLS].map((id) => id.split('.')[0]));
    for (const { id, instructions, tools, skills } of agents) {
      const named = [...instructions.matchAll(/`([a-z]+)\.([a-zA-Z]+)`/g)].filter(([, area]) => areas.has(area));
      for (const [, area, verb] of named) assert.ok([...tools, ...skills].includes(`${area}.${verb}`), `${id}: ${area}.${verb}`);
    }
  });

  it('are told what runs, where they can run it: what they were given is in their way of working', () => {
    for (const { id, instructions, tools } of agents) {
      const runs = tools.filter((tool) => tool === 'shell.run' || tool === 'tests.run');
      const told = runs.some((tool) => instructions.includes(`\`${tool}\``)) || instructions.includes('`lint.run`');
      assert.ok(runs.length === 0 || told, id);
    }
  });

  it('wish nothing of their model that binds them to a vendor', () => {
    for (const { id, models } of agents) assert.deepEqual(models.prefer, [], id);
    const wishing = agents.filter(({ models }) => models.reasoning !== null || models.contextTokens !== null || models.images);
    assert.ok(wishing.length > SPECIALISTS.length / 2);
  });

  it('may run each action that a shipped workflow gives them', () => {
    const folder = join(FOLDER, '../workflows');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      const blocks = text.split(/^ *- key: /m).slice(1);
      for (const block of blocks) {
        const id = /^ *agent: (\S+)/m.exec(block)?.[1];
        const action = /^ *action: (\S+)/m.exec(block)?.[1];
        const capability = /^ *capability: (\S+)/m.exec(block)?.[1];
        if (id === undefined) continue;
        const agent = agents.find((one) => one.id === id);
        assert.ok(agent, `${name}: ${id}`);
        if (action !== undefined) assert.ok(agent.skills.includes(action), `${name}: ${id} may run ${action}`);
        if (capability !== undefined)
          assert.ok(
            agent.capabilities.some((one) => one.name === capability),
            `${name}: ${id} has ${capability}`,
          );
      }
    }
  });
});
