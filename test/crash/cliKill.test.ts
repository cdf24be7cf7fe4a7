// Kills the command line at random moments of a run and resumes it until it is done.
// Promise under test, for each runtime: an acknowledged step is never lost and never runs again.

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type RunEvent, runEventSchema } from '#protocol/runEvents.ts';
import { killsOf, limitMs, seed } from '#test/crash/kills.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const runtimes = [
  { runtime: 'custom', kills: killsOf('cli custom') },
  { runtime: 'langgraph', kills: killsOf('cli langgraph') },
] as const;

/** Many short steps in every pattern, so that kills land between and inside all kinds of commits. */
const workflow = `
name: crash
version: 1.0.0
description: Every pattern, short steps.
steps:
  - { key: a, agent: analyst, action: debt.scan }
  - { key: b, agent: analyst, action: project.detect, dependsOn: a }
  - { key: c, agent: analyst, action: debt.scan, dependsOn: a }
  - { key: join, agent: analyst, action: project.detect, dependsOn: [b, c] }
  - { key: never, agent: analyst, action: debt.scan, dependsOn: join, when: "false" }
  - key: again
    dependsOn: join
    loop:
      max: 4
      until: "false"
      steps:
        - { key: one, agent: analyst, action: debt.scan }
        - { key: two, agent: analyst, action: debt.scan, dependsOn: one }
  - key: each
    dependsOn: [again, never]
    map:
      over: "[1, 2, 3, 4, 5, 6, 7, 8]"
      steps:
        - { key: item, agent: analyst, action: debt.scan }
  - { key: last, agent: analyst, action: project.detect, dependsOn: each }
`;

interface Round {
  readonly events: readonly RunEvent[];
  readonly killed: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs `cas … --json` and kills it `afterMs` after its first event; what was printed with its newline was acknowledged. */
async function round(args: readonly string[], afterMs: number | null): Promise<Round> {
  const child: ChildProcess = spawn(process.execPath, [cli, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const events: RunEvent[] = [];
  let stderr = '';
  let timer: NodeJS.Timeout | undefined;
  let killed = false;
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (line) => {
    const value = parse(line);
    if (value === null || typeof value.seq !== 'number') return;
    events.push(value);
    if (afterMs !== null) timer ??= setTimeout(() => (killed = child.kill('SIGKILL')), afterMs);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { events, killed: killed && code === null, code, stderr };
}

/** Null for the last line of a killed process, which may be cut off. */
function parse(line: string): RunEvent | null {
  try {
    return JSON.parse(line) as RunEvent;
  } catch {
    return null;
  }
}

async function workspace(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'cas-crash-'));
  await mkdir(path.join(root, '.cas', 'workflows'), { recursive: true });
  await writeFile(path.join(root, '.cas', 'workflows', 'crash.cas.yaml'), workflow);
  await writeFile(path.join(root, 'main.js'), '// TODO: say hello\nconsole.log(1);\n');
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

interface Plan {
  readonly root: string;
  readonly runtime: string;
  readonly random: () => number;
  /** The most kills of this run. */
  readonly budget: number;
}

/** One run from its start to its end. Returns how many kills there were. */
async function killUntilDone({ root, runtime, random, budget }: Plan): Promise<number> {
  const acknowledged = new Map<string, RunEvent>();
  const starts: RunEvent[] = [];
  let args: readonly string[] = ['workflow', 'run', 'crash', '--runtime', runtime, '--workspace', root];
  let count = 0;
  let runId: string | undefined;
  for (;;) {
    const last = await round(args, count < budget ? random() ** 2 * 250 : null);
    for (const event of last.events) {
      if (event.type === 'step.started') starts.push(event);
      if ('version' in event && event.version !== null && 'path' in event) acknowledged.set(event.path, event);
    }
    runId ??= last.events[0]?.runId;
    assert.ok(runId, 'a round has shown at least one event');
    if (!last.killed) {
      // The kill may have hit between the last commit and the end of the process.
      if (count === 0 || !hadEnded(last)) assert.equal(last.code, 0, last.stderr);
      await check({ root, runId, runtime }, acknowledged);
      return count;
    }
    count += 1;
    args = ['workflow', 'resume', runId, '--workspace', root];
  }
}

/** Whether `resume` refused because nothing is left to do. */
function hadEnded({ events, code, stderr }: Round): boolean {
  return code === 1 && events.length === 0 && stderr.includes('"code":"run.finished"') && stderr.includes('"status":"completed"');
}

async function check(
  { root, runId, runtime }: { readonly root: string; readonly runId: string; readonly runtime: string },
  acknowledged: ReadonlyMap<string, RunEvent>,
): Promise<void> {
  const text = execFileSync(process.execPath, [cli, 'workflow', 'history', runId, '--events', '--json', '--workspace', root], {
    maxBuffer: 2 ** 28,
  });
  const stored = text
    .toString()
    .trim()
    .split('\n')
    .map((line) => runEventSchema.parse(JSON.parse(line)));
  assert.deepEqual(
    stored.map((event) => event.seq),
    stored.map((_, i) => i + 1),
    'the history has no gap',
  );
  assert.equal(stored.at(-1)?.type, 'run.completed');
  assert.equal(stored[0]?.type === 'run.created' && stored[0].runtime, runtime);
  const settledAt = new Map<string, number>();
  for (const event of stored) {
    if (!('path' in event)) continue;
    const before = settledAt.get(event.path);
    if (event.type === 'step.started') assert.equal(before, undefined, `${event.path} was recorded and ran again`);
    if ('version' in event && event.version !== null) {
      assert.equal(before, undefined, `${event.path} was recorded twice`);
      settledAt.set(event.path, event.seq);
    }
  }
  for (const [step, event] of acknowledged) {
    assert.deepEqual(stored[event.seq - 1], event, `what was acknowledged of ${step} is what is stored`);
  }
}

for (const { runtime, kills } of runtimes) {
  describe(`a run of the ${runtime} runtime killed at random moments`, () => {
    it(`loses no acknowledged step and runs none again (${kills} kills, seed ${seed})`, async () => {
      const random = randomFrom(seed);
      let done = 0;
      const lane = async (): Promise<void> => {
        while (done < kills) {
          const root = await workspace();
          const count = await killUntilDone({ root, runtime, random, budget: Math.min(12, Math.max(1, kills - done)) });
          done += Math.max(1, count);
          await rm(root, { recursive: true, force: true });
        }
      };
      await Promise.all([lane(), lane()]);
      console.log(`    ${done} kills, seed ${seed}`);
    }).timeout(limitMs(kills));
  });
}
