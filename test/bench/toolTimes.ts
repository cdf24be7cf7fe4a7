// What agents' tools cost: the sandbox around a command, and a search over 100,000 files.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import { filesSearch } from '#core/agents/tools/filesSearch.ts';
import type { ToolContext } from '#core/agents/tools/tool.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createRipgrep } from '#node/ports/ripgrep.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { findProgram, pathFolders } from '#node/ports/toolchains.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { atMost, median, notMeasured, type Row, row, type Section, takeTurns, timed } from '#test/bench/measure.ts';
import { testAgent } from '#test/support/agentFixtures.ts';
import { createSkillContext } from '#test/support/skillContext.ts';

const COMMANDS = 15;
const SEARCHES = 3;
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

async function searchRows(root: string): Promise<readonly Row[]> {
  const rg = process.env['CAS_RIPGREP'] ?? findProgram('rg', { cwd: '/', folders: pathFolders(process.env) });
  const own = await searchMs(root, null);
  const name = `search ${FILES.toLocaleString('en-US')} files`;
  if (rg === null) return [row(`${name}, by itself`, own, 'ms'), notMeasured(`${name}, with ripgrep`, 'ripgrep is not installed')];
  const fast = await searchMs(root, rg);
  const bare = median(await rounds(() => Promise.resolve(spawnSync(rg, ['-n', 'needle', root]))));
  const ratio = (value: number) => ({ ratio: { value: value / bare, of: 'times ripgrep itself' } });
  return [row(`${name}, with ripgrep`, fast, 'ms', ratio(fast)), row(`${name}, by itself`, own, 'ms', ratio(own))];
}

async function searchMs(root: string, rg: string | null): Promise<number> {
  const files = createWorkspaceFiles(root);
  const step = { ...createSkillContext(files), clock: systemClock };
  const bench = { host: { sieve: rg === null ? null : createRipgrep({ program: rg }) } } as ToolContext['bench'];
  const context = { step, agent: testAgent(), changes: new ChangeSet(files), bench } as unknown as ToolContext;
  const args = filesSearch.args.parse({ pattern: 'needle\\d+' });
  return median(await rounds(() => filesSearch.run(args, context)));
}

async function rounds(work: () => Promise<unknown>): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round <= SEARCHES; round += 1) samples.push(await timed(work));
  return samples.slice(1);
}
