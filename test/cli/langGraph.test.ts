// The second runtime on the command line: chosen by option, variable or file, and loaded for its own runs alone.

import assert from 'node:assert/strict';
import { assertCode, cas, sampleRepository } from '#test/cli/runCli.ts';
import { writeFiles } from '#test/support/temporaryFolder.ts';

const hook = `data:text/javascript,${encodeURIComponent(
  'import { registerHooks } from "node:module"; registerHooks({ load(url, context, next) { process.stderr.write(`LOADED ${url}\\n`); return next(url, context); } });',
)}`;

interface Run {
  readonly runtime: unknown;
  readonly completed: boolean;
  readonly loadedLangGraph: boolean;
}

async function run(root: string, args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Run> {
  const ended = await cas(['workflow', 'run', ...args, '--json'], { cwd: root, env: { NODE_OPTIONS: `--import=${hook}`, ...env } });
  assertCode(ended, 0);
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string; readonly runtime?: unknown });
  const created = events.find((event) => event.type === 'run.created');
  return {
    runtime: created?.runtime,
    completed: events.some((event) => event.type === 'run.completed'),
    loadedLangGraph: /^LOADED file:\S*\/scheduleGraph-/m.test(ended.stderr),
  };
}

/** A repository with two small workflows; `named` says what it runs on. */
function repository(): string {
  const root = sampleRepository();
  const steps =
    'steps:\n  - { key: a, agent: analyst, action: debt.scan }\n  - { key: b, agent: analyst, action: project.detect, dependsOn: a }\n';
  const head = (name: string): string => `name: ${name}\nversion: 1.0.0\ndescription: Two steps.\n`;
  writeFiles(root, {
    '.cas/workflows/plain.cas.yaml': head('plain') + steps,
    '.cas/workflows/named.cas.yaml': `${head('named')}runtime: langgraph\n${steps}`,
  });
  return root;
}

describe('the runtime of a run', () => {
  it('is the custom one unless something else is said, and then LangGraph is not loaded', async () => {
    assert.deepEqual(await run(repository(), ['plain']), { runtime: 'custom', completed: true, loadedLangGraph: false });
  });

  it('is LangGraph by option, by variable, or because the file says so', async () => {
    const root = repository();
    const expected = { runtime: 'langgraph', completed: true, loadedLangGraph: true };
    assert.deepEqual(await run(root, ['plain', '--runtime', 'langgraph']), expected);
    assert.deepEqual(await run(root, ['plain'], { CAS_RUNTIME: 'langgraph' }), expected);
    assert.deepEqual(await run(root, ['named']), expected);
  });

  it('is what the option says, whatever the file and the variable say', async () => {
    const { runtime } = await run(repository(), ['named', '--runtime', 'custom'], { CAS_RUNTIME: 'langgraph' });
    assert.equal(runtime, 'custom');
  });

  it('is refused when there is none of that name', async () => {
    const ended = await cas(['workflow', 'run', 'plain', '--runtime', 'langraph'], { cwd: repository() });
    assertCode(ended, 2);
    assert.match(ended.stderr, /no runtime `langraph`.*`langgraph`/s);
  });
});
