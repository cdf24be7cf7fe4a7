import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { shippedSkills } from '#test/support/shippedSkills.ts';

describe('docs/skills.md', () => {
  it('names each skill that a step can use, and no other', () => {
    const table = readFileSync(path.resolve('docs/skills.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const named = table.flatMap((line) => Array.from((line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g), (match) => match[1]));
    assert.deepEqual(new Set(named), new Set(shippedSkills.map((skill) => skill.id)));
  });
});
