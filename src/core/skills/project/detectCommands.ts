// The commands a project itself names for its tests, its linter and its build. The first ecosystem that has one wins.

import { goCommands, javaCommands, makeCommands, rustCommands } from '#core/skills/project/detectCompiled.ts';
import { nodeCommands } from '#core/skills/project/detectNode.ts';
import { pythonCommands } from '#core/skills/project/detectPython.ts';
import type { ProjectTree } from '#core/skills/project/projectText.ts';

import type { Commands } from '#core/skills/project/projectCommand.ts';
const DETECTORS = [nodeCommands, pythonCommands, goCommands, rustCommands, javaCommands, makeCommands];

/** Looks at the root of the workspace; packages below it are the business of the root's own scripts. */
export async function detectCommands(tree: ProjectTree): Promise<Commands> {
  const found = await Promise.all(DETECTORS.map((detect) => detect(tree)));
  const first = <K extends 'test' | 'lint' | 'build' | 'packageManager'>(key: K): Commands[K] =>
    found.find((commands) => commands[key] !== null)?.[key] ?? null;
  return {
    packageManager: first('packageManager'),
    test: first('test'),
    lint: first('lint'),
    build: first('build'),
    manifests: [...new Set(found.flatMap((commands) => commands.manifests))],
  };
}
