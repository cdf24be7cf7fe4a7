// project.detect: what this project is, and how it is tested, linted and built.

import { z } from 'zod';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { countLanguages } from '#core/skills/project/languages.ts';
import { readProjectTree } from '#core/skills/project/projectText.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { toJson } from '#core/skills/source/findingList.ts';

const command = z.object({ argv: z.array(z.string()).min(1), source: z.string() }).nullable();

export const projectDetect: Skill = defineSkill({
  id: 'project.detect',
  title: 'Detect the project',
  description: 'Languages with line counts, package manager, and the commands the project itself names for tests, linter and build.',
  args: z.strictObject({}),
  output: z.object({
    languages: z.array(z.object({ name: z.string(), files: z.number().int(), lines: z.number().int() })),
    packageManager: z.string().nullable(),
    testCommand: command,
    lintCommand: command,
    buildCommand: command,
    manifests: z.array(z.string()),
  }),
  risk: 'read',
  async run(_args, context) {
    const tree = await readProjectTree(context.files, context.signal);
    const commands = await detectCommands(tree);
    const languages = await countLanguages(context, tree.paths);
    const output = {
      languages,
      packageManager: commands.packageManager,
      testCommand: shown(commands.test),
      lintCommand: shown(commands.lint),
      buildCommand: shown(commands.build),
      manifests: commands.manifests,
    };
    const main = languages.slice(0, 2).map((language) => language.name);
    const test = commands.test === null ? 'no test command' : `tests: ${commands.test.argv.join(' ')}`;
    return { output: toJson(output), summary: `${main.length === 0 ? 'no source files' : main.join(' and ')}; ${test}` };
  },
});

function shown(found: ProjectCommand | null): { argv: readonly string[]; source: string } | null {
  return found === null ? null : { argv: found.argv, source: found.source };
}
