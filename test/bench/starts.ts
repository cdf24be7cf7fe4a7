// Starting what a user installs: activation, the packed extension, the command line. All on the bundles in dist/.

import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { atMost, median, notMeasured, type Row, row, type Section, takeTurns, timed } from '#test/bench/measure.ts';

const ACTIVATIONS = 20;
const STARTS = 10;
const run$ = promisify(execFile);

interface Activation {
  readonly loadMs: number;
  readonly activateMs: number;
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  readonly coreOpenedAtActivation: boolean;
  readonly sizeBytes: number;
}

export async function run(root: string, folder: string): Promise<Section> {
  return {
    title: 'Starting',
    about: 'Activation is our own code: the bundle loaded and activated in a fresh process, in an editor whose calls cost nothing.',
    rows: [...(await activation(root)), packageSize(root), ...(await commandLine(root, folder))],
  };
}

async function activation(root: string): Promise<Row[]> {
  const script = path.join(root, 'test', 'bench', 'activateOnce.cjs');
  const once = async (): Promise<Activation> => {
    const { stdout } = await run$(process.execPath, [script, path.join(root, 'dist', 'extension.cjs')]);
    const seen = JSON.parse(stdout) as Activation;
    if (seen.failures.length > 0) throw new Error(`activation failed: ${JSON.stringify(seen.failures)}`);
    if (seen.coreOpenedAtActivation) throw new Error('activation opened the core');
    return seen;
  };
  const { sizeBytes } = await once();
  const seen: Activation[] = [];
  for (let n = 0; n < ACTIVATIONS; n += 1) seen.push(await once());
  return [
    row('activation: load and activate', median(seen.map(({ loadMs, activateMs }) => loadMs + activateMs)), 'ms', { floor: atMost(50) }),
    row('activation without loading', median(seen.map(({ activateMs }) => activateMs)), 'ms'),
    row('code loaded before the core is needed', sizeBytes / 1024, 'KB'),
  ];
}

function packageSize(root: string): Row {
  const packed = spawnSync(process.execPath, [path.join(root, 'scripts', 'package.mjs')], { cwd: root, encoding: 'utf8' });
  const file = path.join(root, 'artifacts', 'cas.vsix');
  if (packed.status !== 0)
    return notMeasured('VSIX', `packing it failed: ${(packed.stdout + packed.stderr).trim().split('\n').slice(-4).join('; ')}`);
  return row('VSIX', fs.statSync(file).size / 1024 / 1024, 'MB', { floor: atMost(5) });
}

async function commandLine(root: string, folder: string): Promise<Row[]> {
  const cli = path.join(root, 'dist', 'cli.mjs');
  const workspace = path.join(folder, 'workspace');
  fs.mkdirSync(workspace);
  const node = (...args: string[]) => timed(() => run$(process.execPath, args, { cwd: workspace }));
  const samples = await takeTurns(
    {
      node: () => node('-e', '0'),
      version: () => node(cli, '--version'),
      list: () => node(cli, 'workflow', 'list', '--workspace', workspace),
    },
    STARTS,
  );
  const against = (name: 'version' | 'list'): Row['ratio'] => ({
    value: median(samples[name]) / median(samples.node),
    of: 'times Node itself',
  });
  return [
    row('node -e 0', median(samples.node), 'ms'),
    row('cas --version', median(samples.version), 'ms', { ratio: against('version') }),
    row('cas workflow list', median(samples.list), 'ms', { ratio: against('list') }),
  ];
}
