// What agents' tools cost: the sandbox around a command, and a search over 100,000 files.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import { filesSearch } from '#core/agents/tools/filesSearch.ts';
import type { ToolContext } from '#core/agents/tools/tool.ts';
import type { TextSieve } from '#core/toolPorts.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createRipgrep } from '#node/ports/ripgrep.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { findProgram, pathFolders } from '#node/ports/toolchains.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { atMost, median, medianRatio, notMeasured, type Row, row, type Section, takeTurns, timed } from '#test/bench/measure.ts';
import { testAgent } from '#test/support/agentFixtures.ts';
import { createSkillContext } from '#test/support/skillContext.ts';

const COMMANDS = 15;
const SEARCHES = 7;
const PATTERN = 'needle\\d+';
const FILES = 100_000;
const PER_FOLDER = 200;

export async function run(folder: string): Promise<Section> {
  const many = path.join(folder, 'many');
  writeTree(many, FILES);
  return {
    title: "Agents' tools",
    about: `A command is \`true\`. The files have 20 lines each; one in a thousand holds the word that is looked for, and all are in the system's memory. Medians.`,
    rows: [...(await sandboxRows(folder)), ...(await searchRows(many))],
  };
}

function writeTree(root: string, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const inside = path.join(root, `part${Math.floor(at / PER_FOLDER)}`);
    if (at % PER_FOLDER === 0) fs.mkdirSync(inside, { recursive: true });
    const word = at % 1_000 === 7 ? 'needle' : 'hay';
    fs.writeFileSync(path.join(inside, `file${at}.ts`), `export const ${word}${at} = ${at};\n`.repeat(20));
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
}

async function sandboxRows(root: string): Promise<readonly Row[]> {
  const gate = createProcessGate({ trusted: () => true, unsandboxed: () => 'refuse', howToAllow: '' });
  const { kind } = await gate.policy();
  if (kind !== 'sandboxed') return [notMeasured('a command in the sandbox', 'no sandbox works here')];
  const empty = path.join(root, 'empty');
  fs.mkdirSync(empty, { recursive: true });
  const tree = await createScratchFactory(empty).create({});
  try {
    const contenders = {
      sandboxed: () => timed(() => gate.run({ argv: ['/bin/sh', '-c', 'true'], cwd: tree.root, timeoutMs: 10_000 })),
      bare: () => timed(() => Promise.resolve(spawnSync('/bin/sh', ['-c', 'true']))),
    };
    const samples = await takeTurns(contenders, COMMANDS);
    const ms = median(samples.sandboxed);
    return [
      row('a command in the sandbox, with its limits and its end', ms, 'ms', {
        ratio: { value: ms / median(samples.bare), of: 'times a bare spawn' },
        floor: atMost(100),
      }),
    ];
  } finally {
    await tree.dispose();
  }
}

/** All search for the same; they take turns, so that what slows the machine down slows all of them. */
async function searchRows(root: string): Promise<readonly Row[]> {
  const rg = process.env['CAS_RIPGREP'] ?? findProgram('rg', { cwd: '/', folders: pathFolders(process.env) });
  const name = `search ${FILES.toLocaleString('en-US')} files`;
  const own = (): Promise<number> => timed(search(root, null));
  if (rg === null) {
    const { alone } = await takeTurns({ alone: own }, SEARCHES);
    return [row(`${name}, by itself`, median(alone), 'ms'), notMeasured(`${name}, with ripgrep`, 'ripgrep is not installed')];
  }
  const times = await takeTurns(
    {
      fast: () => timed(search(root, createRipgrep({ program: rg }))),
      alone: own,
      bare: () => timed(() => Promise.resolve(spawnSync(rg, ['-n', PATTERN, root]))),
    },
    SEARCHES,
  );
  const compared = (samples: readonly number[], limit: number) => ({
    ratio: { value: medianRatio(samples, times.bare), of: 'times ripgrep itself' },
    floor: atMost(limit, 'ratio'),
  });
  return [
    row(`${name}, with ripgrep`, median(times.fast), 'ms', compared(times.fast, 2)),
    row(`${name}, by itself`, median(times.alone), 'ms', compared(times.alone, 4)),
  ];
}

function search(root: string, sieve: TextSieve | null): () => Promise<unknown> {
  const files = createWorkspaceFiles(root);
  const step = { ...createSkillContext(files), clock: systemClock };
  const context = { step, agent: testAgent(), changes: new ChangeSet(files), bench: { host: { sieve } } } as unknown as ToolContext;
  const args = filesSearch.args.parse({ pattern: PATTERN });
  return () => filesSearch.run(args, context);
}
