// JavaScript and TypeScript projects: package.json scripts, run by the package manager the lock file belongs to.

import { type Commands, NO_COMMANDS, type ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { firstOf, parseObject, type ProjectTree } from '#core/skills/project/projectText.ts';

const LOCKFILES: readonly (readonly [file: string, manager: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** Linters that run without a script: their configuration and their program below node_modules. */
const LINTERS: readonly { readonly config: RegExp; readonly program: string; readonly argv: readonly string[] }[] = [
  { config: /^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.(?:[cm]?js|json|ya?ml))?)$/, program: 'eslint', argv: ['.'] },
  { config: /^\.?oxlintrc\.json$/, program: 'oxlint', argv: ['--format=unix'] },
  { config: /^biome\.jsonc?$/, program: 'biome', argv: ['lint', '.'] },
];

export async function nodeCommands(tree: ProjectTree): Promise<Commands> {
  const manifest = parseObject(await tree.text('package.json'));
  if (manifest === null) return NO_COMMANDS;
  const manager = packageManager(tree, manifest);
  const scripts = strings(manifest['scripts']);
  const missing = await missingDependencies(tree, manifest, manager);
  const script = (name: string): ProjectCommand | null => {
    const text = scripts.get(name)?.trim();
    // What `npm init` writes is no test.
    if (!text || /no test specified/i.test(text)) return null;
    const argv = name === 'test' && manager !== 'bun' ? ([manager, 'test'] as const) : ([manager, 'run', name] as const);
    return { argv, source: `package.json scripts.${name}`, manifest: 'package.json', missing };
  };
  return {
    packageManager: manager,
    // Where both exist, `test` is the whole of it, builds and browsers included; a review runs the quick part.
    test: script('test:unit') ?? script('test'),
    lint: script('lint') ?? (await configuredLinter(tree, missing)),
    build: script('build'),
    manifests: ['package.json'],
  };
}

function packageManager(tree: ProjectTree, manifest: { readonly [key: string]: unknown }): string {
  const field = manifest['packageManager'];
  const named = typeof field === 'string' ? /^(npm|pnpm|yarn|bun)(?:@|$)/.exec(field)?.[1] : undefined;
  return named ?? LOCKFILES.find(([file]) => tree.paths.has(file))?.[1] ?? 'npm';
}

async function missingDependencies(
  tree: ProjectTree,
  manifest: { readonly [key: string]: unknown },
  manager: string,
): Promise<string | null> {
  const wanted = [...strings(manifest['dependencies']).keys(), ...strings(manifest['devDependencies']).keys()];
  if (wanted.length === 0 || (await tree.exists('node_modules')) || (await tree.exists('.pnp.cjs'))) return null;
  return `its dependencies are not installed: there is no node_modules (run \`${manager} install\` first)`;
}

async function configuredLinter(tree: ProjectTree, missing: string | null): Promise<ProjectCommand | null> {
  for (const { config, program, argv } of LINTERS) {
    const file = [...tree.paths].find((path) => config.test(path));
    if (file === undefined) continue;
    const path = `./node_modules/.bin/${program}`;
    const installed = await tree.exists(path.slice(2));
    const reason = installed ? null : (missing ?? `${program} is configured in ${file} but not installed`);
    return { argv: [path, ...argv], source: file, manifest: firstOf(tree, [file]) ?? 'package.json', missing: reason };
  }
  return null;
}

function strings(value: unknown): ReadonlyMap<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
