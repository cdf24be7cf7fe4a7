// The sizes that large workspaces and teams bring: many agents, many files, many steps.

import fs from 'node:fs';
import path from 'node:path';
import { type AgentSource, createAssign } from '#core/agents/router.ts';
import { ChangeSet } from '#core/agents/tools/changeSet.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { ancestry, findCycles, type GraphNode, levelsOf } from '#core/workflow/graph.ts';
import { createProcessGate } from '#node/ports/processGate.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { atMost, median, row, type Row, type Section, timed } from '#test/bench/measure.ts';
import { testAgent } from '#test/support/agentFixtures.ts';
import { git } from '#test/support/temporaryFolder.ts';
import { task } from '#test/support/workflows.ts';

const AGENTS = 100;
const SELECTIONS = 200;
const LISTED_FILES = 50_000;
const STEPS = 1_000;
const FILES_PER_FOLDER = 100;
/** Files a command changes. */
const COLLECTED = 20;

/** What other programs do to the disk at that time would be measured too: files are in memory where the platform can. */
const MEMORY_DISK = '/dev/shm';

export async function run(folder: string): Promise<Section> {
  const inMemory = fs.existsSync(MEMORY_DISK);
  const parent = fs.mkdtempSync(path.join(inMemory ? MEMORY_DISK : folder, 'cas-bench-'));
  const before = process.env['TMPDIR'];
  // Scratch copies that are not kept are made in the system's temporary folder.
  process.env['TMPDIR'] = parent;
  try {
    return {
      title: 'Many agents, files and steps',
      about: `An agent is chosen by capability, by skill and by the words of a prompt in turn. The first scratch tree copies every file; later ones are kept from run to run and copy what changed. Files are in repositories of git, ${inMemory ? 'in memory' : 'on the disk'}.`,
      rows: [selection(), ...(await scratchTrees(parent)), await listing(parent), graph()],
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

/** From the first call until a command has run in the tree; then what it wrote is taken over, and the tree put away. */
async function scratchTrees(parent: string): Promise<readonly Row[]> {
  const root = await repository(parent, LISTED_FILES, 'x'.repeat(500));
  // In memory, times do not tell every change; what is measured is the same.
  const options = { keepIn: path.join(parent, 'kept'), keepOn: () => true, now: () => Date.now() + 60_000 };
  const factory = createScratchFactory(root, options);
  const gate = createProcessGate({ trusted: () => true, unsandboxed: () => 'refuse', howToAllow: '' });
  const sandboxed = (await gate.policy()).kind === 'sandboxed';
  const samples: { [what in 'first' | 'ready' | 'collect' | 'putAway']: number[] } = { first: [], ready: [], collect: [], putAway: [] };
  const script = `for i in $(seq ${COLLECTED}); do echo changed > folder$i/1.ts; done`;
  const changed = Array.from({ length: COLLECTED }, (_, at) => `folder${at + 1}/1.ts`);
  for (let n = 0; n < 4; n += 1) {
    const startedAt = performance.now();
    const tree = await factory.create({});
    if (sandboxed) await gate.run({ argv: ['/bin/sh', '-c', script], cwd: tree.root, timeoutMs: 60_000 });
    samples[n === 0 ? 'first' : 'ready'].push(performance.now() - startedAt);
    samples.collect.push(await timed(() => Promise.all(changed.map((name) => tree.files.read(name)))));
    samples.putAway.push(await timed(() => tree.dispose()));
  }
  const of = `${LISTED_FILES.toLocaleString('en')} files`;
  const until = sandboxed ? 'until a command has run in it' : 'until it can be used';
  return [
    row(`first scratch tree of ${of}, ${until}`, median(samples.first), 'ms'),
    row(`scratch tree of ${of}, ${until}`, median(samples.ready), 'ms', { floor: atMost(1_000) }),
    row(`taking over ${COLLECTED} files a command changed`, median(samples.collect), 'ms', { floor: atMost(100) }),
    row('putting the tree away for the next run', median(samples.putAway.slice(1)), 'ms', { floor: atMost(1_000) }),
    await firstEdit(root),
  ];
}

async function firstEdit(root: string): Promise<Row> {
  const why = { reason: 'measured', citations: [] };
  const samples: number[] = [];
  for (let n = 0; n < 21; n += 1) {
    const edit = { path: `folder${n}/1.ts`, search: 'x'.repeat(500), replace: 'y', ...why };
    samples.push(await timed(() => new ChangeSet(createWorkspaceFiles(root)).replace(edit)));
  }
  return row("an agent's first edit, which needs no tree", median(samples), 'ms', { floor: atMost(20) });
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
