// The sizes that large workspaces and teams bring: many agents, many files, many steps.

import fs from 'node:fs';
import path from 'node:path';
import { type AgentSource, createAssign } from '#core/agents/router.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { ancestry, findCycles, type GraphNode, levelsOf } from '#core/workflow/graph.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { atMost, median, row, type Row, type Section, timed } from '#test/bench/measure.ts';
import { testAgent } from '#test/support/agentFixtures.ts';
import { git } from '#test/support/temporaryFolder.ts';
import { task } from '#test/support/workflows.ts';

const AGENTS = 100;
const SELECTIONS = 200;
const COPIED_FILES = 5_000;
const LISTED_FILES = 50_000;
const STEPS = 1_000;
const FILES_PER_FOLDER = 100;

/** What other programs do to the disk at that time would be measured too: files are in memory where the platform can. */
const MEMORY_DISK = '/dev/shm';

export async function run(folder: string): Promise<Section> {
  const inMemory = fs.existsSync(MEMORY_DISK);
  const parent = fs.mkdtempSync(path.join(inMemory ? MEMORY_DISK : folder, 'cas-bench-'));
  const before = process.env['TMPDIR'];
  // Scratch copies are made in the system's temporary folder.
  process.env['TMPDIR'] = parent;
  try {
    return {
      title: 'Many agents, files and steps',
      about: `An agent is chosen by capability, by skill and by the words of a prompt in turn. Files are in repositories of git, ${inMemory ? 'in memory' : 'on the disk'}.`,
      rows: [selection(), await scratchCopy(parent), await listing(parent), graph()],
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    fs.rmSync(parent, { recursive: true, force: true });
  }
}

function selection(): Row {
  const agents = Array.from({ length: AGENTS }, (_, at) =>
    testAgent({
      id: `agent-${at}`,
      capabilities: Array.from({ length: 8 }, (__, c) => ({
        name: `area${(at + c) % 20}.do`,
        confidence: ((at * 7 + c) % 10) / 10 + 0.05,
      })),
      skills: [`skill.s${at % 9}`, `skill.s${(at + 1) % 9}`],
      specializations: ['schemas', 'queues and topics', 'release notes'],
    }),
  );
  const source: AgentSource = { all: agents, isDisabled: () => false };
  const assign: StepExecutor['assign'] = createAssign(source);
  const asked = [
    task('step', { agent: null, capability: 'area7.do', action: null }),
    task('step', { agent: null, action: 'skill.s3' }),
    task('step', { agent: null, action: null, name: 'Write release notes', prompt: 'x' }),
  ];
  const samples: number[] = [];
  for (let n = 0; n < SELECTIONS; n += 1) {
    for (const step of asked) samples.push(timedNow(() => assign({ step, workflow: 'bench' })));
  }
  return row(`select one of ${AGENTS} agents`, median(samples), 'ms', { floor: atMost(1) });
}

async function scratchCopy(parent: string): Promise<Row> {
  const root = await repository(parent, COPIED_FILES, 'x'.repeat(500));
  const factory = createScratchFactory(root);
  const samples: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const startedAt = performance.now();
    const tree = await factory.create({});
    samples.push(performance.now() - startedAt);
    await tree.dispose();
  }
  return row(`scratch copy of ${COPIED_FILES.toLocaleString('en')} files`, median(samples), 'ms', {
    floor: atMost(2_000),
  });
}

async function listing(parent: string): Promise<Row> {
  const root = await repository(parent, LISTED_FILES, '');
  const samples: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    samples.push(
      await timed(async () => {
        const { length } = await createWorkspaceFiles(root).list();
        if (length !== LISTED_FILES) throw new Error(`${length} of ${LISTED_FILES} files were listed`);
      }),
    );
  }
  return row(`list ${LISTED_FILES.toLocaleString('en')} files`, median(samples), 'ms', { floor: atMost(4_000) });
}

function graph(): Row {
  const chain: GraphNode[] = Array.from({ length: STEPS }, (_, at) => ({ key: `s${at}`, dependsOn: at === 0 ? [] : [`s${at - 1}`] }));
  const samples = Array.from({ length: 21 }, () =>
    timedNow(() => {
      const settled = ancestry(chain)('s0', `s${STEPS - 1}`);
      if (levelsOf(chain).length !== STEPS || findCycles(chain).length > 0 || !settled) throw new Error('the graph is wrong');
    }),
  );
  return row(`levels, cycles and ancestry of ${STEPS.toLocaleString('en')} steps in a chain`, median(samples), 'ms', { floor: atMost(20) });
}

/** A new repository with `count` files that are not committed. */
async function repository(parent: string, count: number, text: string): Promise<string> {
  const root = fs.mkdtempSync(path.join(parent, 'files-'));
  for (let at = 0; at < count; at += 1) {
    const folder = path.join(root, `folder${Math.floor(at / FILES_PER_FOLDER)}`);
    if (at % FILES_PER_FOLDER === 0) fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, `${at % FILES_PER_FOLDER}.ts`), text);
  }
  git(root, 'init', '-q');
  return root;
}

/** Milliseconds. */
function timedNow(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
