// docs/cli.md stays true: every command, option and exit code that --help knows stands in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertCode, cas } from '#test/cli/runCli.ts';
import { exitCodes } from '#cli/exitCodes.ts';

const docs = readFileSync(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8');

interface Help {
  readonly commands: readonly string[];
  readonly options: readonly string[];
}

async function help(words: readonly string[]): Promise<Help> {
  const ended = await cas([...words, '--help'], { cwd: '/' });
  assertCode(ended, 0);
  const commands = /^Commands:\n((?: +.*\n)+)/m.exec(`${ended.stdout}\n`)?.[1] ?? '';
  return {
    commands: [...commands.matchAll(/^ {2}([a-z]+)/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help'),
    options: [...ended.stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1] ?? ''),
  };
}

describe('docs/cli.md', () => {
  it('has every command and option of --help', async () => {
    const missing: string[] = [];
    const visit = async (words: readonly string[]): Promise<void> => {
      const { commands, options } = await help(words);
      for (const option of options)
        if (!['--help', '--version'].includes(option) && !docs.includes(option)) missing.push([...words, option].join(' '));
      for (const command of commands) {
        if (!new RegExp(`\`cas [^\`]*\\b${command}\\b`).test(docs)) missing.push([...words, command].join(' '));
        await visit([...words, command]);
      }
    };
    await visit([]);
    assert.deepEqual(missing, []);
  });

  it('has every exit code, as --help has', async () => {
    const { stdout } = await cas(['--help'], { cwd: '/' });
    for (const code of Object.values(exitCodes)) {
      assert.match(docs, new RegExp(`^\\| ${code} \\| `, 'm'));
      assert.match(stdout, new RegExp(`^ {2}${code} {2,}\\S`, 'm'));
    }
  });
});
