// Go, Rust, Java and Make: projects whose tool finds the tests itself.

import { type Commands, NO_COMMANDS, type ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { firstOf, type ProjectTree } from '#core/skills/project/projectText.ts';

type Argv = readonly [string, ...string[]];

function command(argv: Argv, manifest: string, source = manifest): ProjectCommand {
  return { argv, source, manifest, missing: null };
}

export function goCommands(tree: ProjectTree): Promise<Commands> {
  if (!tree.paths.has('go.mod')) return Promise.resolve(NO_COMMANDS);
  const hasTests = [...tree.paths].some((path) => path.endsWith('_test.go'));
  const config = firstOf(tree, ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json']);
  return Promise.resolve({
    packageManager: 'go',
    test: hasTests ? command(['go', 'test', '-v', './...'], 'go.mod') : null,
    lint: config === null ? command(['go', 'vet', './...'], 'go.mod') : command(['golangci-lint', 'run'], config),
    build: command(['go', 'build', './...'], 'go.mod'),
    manifests: ['go.mod'],
  });
}

export function rustCommands(tree: ProjectTree): Promise<Commands> {
  if (!tree.paths.has('Cargo.toml')) return Promise.resolve(NO_COMMANDS);
  return Promise.resolve({
    packageManager: 'cargo',
    test: command(['cargo', 'test', '--no-fail-fast'], 'Cargo.toml'),
    lint: command(['cargo', 'clippy', '--all-targets'], 'Cargo.toml'),
    build: command(['cargo', 'build'], 'Cargo.toml'),
    manifests: ['Cargo.toml'],
  });
}

export function javaCommands(tree: ProjectTree): Promise<Commands> {
  if (tree.paths.has('pom.xml')) {
    const maven = tree.paths.has('mvnw') ? './mvnw' : 'mvn';
    const run = (goal: string): ProjectCommand => command([maven, '--offline', '--batch-mode', goal], 'pom.xml');
    return Promise.resolve({ packageManager: 'maven', test: run('test'), lint: null, build: run('package'), manifests: ['pom.xml'] });
  }
  const script = firstOf(tree, ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts']);
  if (script === null) return Promise.resolve(NO_COMMANDS);
  const gradle = tree.paths.has('gradlew') ? './gradlew' : 'gradle';
  const run = (task: string): ProjectCommand => command([gradle, '--offline', '--console=plain', task], script);
  return Promise.resolve({ packageManager: 'gradle', test: run('test'), lint: null, build: run('assemble'), manifests: [script] });
}

export async function makeCommands(tree: ProjectTree): Promise<Commands> {
  const makefile = firstOf(tree, ['GNUmakefile', 'makefile', 'Makefile']);
  const text = makefile === null ? null : await tree.text(makefile);
  if (makefile === null || text === null) return NO_COMMANDS;
  const targets = new Set(
    Array.from(text.matchAll(/^([A-Za-z][\w.-]*(?: +[A-Za-z][\w.-]*)*) *::?(?!=)/gm), ([, names]) => names ?? '').flatMap((names) =>
      names.split(/ +/),
    ),
  );
  const run = (...names: readonly string[]): ProjectCommand | null => {
    const target = names.find((name) => targets.has(name));
    return target === undefined ? null : command(['make', target], makefile, `${makefile} target ${target}`);
  };
  return {
    packageManager: null,
    test: run('test', 'tests', 'check'),
    lint: run('lint'),
    build: run('build', 'all'),
    manifests: [makefile],
  };
}
