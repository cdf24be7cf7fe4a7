import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { analysisSkills } from '#core/skills/analysisSkills.ts';
import { projectSkills } from '#core/skills/project/projectSkills.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';

describe('docs/skills.md', () => {
  it('names each skill that a step can use, and no other', () => {
    const table = readFileSync(path.resolve('docs/skills.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = table.flatMap((line) => Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), (match) => match[1]));
    const skills = [...analysisSkills({ grammarsDir: '/', resources: path.resolve('resources'), own: nodeOwnFiles }), ...projectSkills()];
    assert.deepEqual(named.toSorted(), skills.map((skill) => skill.id).toSorted());
  });
});
