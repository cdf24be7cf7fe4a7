// All benchmarks in one process, one after the other. Started by scripts/bench.mjs.
// `--peers FOLDER` or `--no-peers REASON`, `--json`. Exit 1: a floor is not met, or a part threw.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as durableSteps from '#test/bench/durableSteps.ts';
import * as engineSteps from '#test/bench/engineSteps.ts';
import * as interruptions from '#test/bench/interruptions.ts';
import { loadPeers } from '#test/bench/langGraph.ts';
import * as langGraphRuntime from '#test/bench/langGraphRuntime.ts';
import { type Section, verdictOf } from '#test/bench/measure.ts';
import * as lookingBack from '#test/bench/lookingBack.ts';
import * as many from '#test/bench/many.ts';
import * as modelGuard from '#test/bench/modelGuard.ts';
import { asMarkdown, asText, busyness, type Machine } from '#test/bench/printTable.ts';
import * as pages from '#test/bench/pages.mjs';
import * as parity from '#test/bench/parity.ts';
import * as scale from '#test/bench/scale.ts';
import * as starts from '#test/bench/starts.ts';
import * as storeTimes from '#test/bench/storeTimes.ts';
import * as streams from '#test/bench/streams.ts';
import * as toolTimes from '#test/bench/toolTimes.ts';
import * as workflowParse from '#test/bench/workflowParse.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values: options } = parseArgs({
  options: { peers: { type: 'string' }, 'no-peers': { type: 'string' }, json: { type: 'boolean', default: false } },
});

function found(): durableSteps.PeersOrReason {
  if (options.peers === undefined) return { reason: options['no-peers'] ?? 'not installed' };
  return { peers: loadPeers(options.peers) };
}

function machine(loadBefore: number): Machine {
  const [after = 0] = os.loadavg();
  return {
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    platform: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
    load: process.platform === 'win32' ? null : { before: loadBefore, after },
  };
}

/** Parts that threw. */
const broken: string[] = [];

/** In the repository, so that syncs reach the disk that workspaces are on; a temporary folder may be in memory. */
async function measure(): Promise<Section[]> {
  const parent = path.join(root, '.cache', 'bench');
  fs.mkdirSync(parent, { recursive: true });
  const folder = fs.mkdtempSync(path.join(parent, 'data-'));
  const parts: readonly (readonly [string, () => Promise<Section | readonly Section[]>])[] = [
    ['durable steps', () => durableSteps.run(folder, found())],
    ['the engine alone', () => engineSteps.run()],
    ['many runs at once', () => many.run(folder)],
    ['the LangGraph runtime', () => langGraphRuntime.run(folder)],
    ['the store', () => storeTimes.run(folder)],
    ['looking back', () => lookingBack.run(folder)],
    ['interruptions', () => interruptions.run(folder)],
    ['workflow files', () => workflowParse.run()],
    ['many agents, files and steps', () => scale.run(folder)],
    ['what runtimes can do', () => parity.run()],
    ['around a call to a model', () => modelGuard.run()],
    ['streams of answers', () => streams.run()],
    ['the dashboard', () => pages.run(folder)],
    ["agents' tools", () => toolTimes.run(folder)],
    ['starting', () => starts.run(root, folder)],
  ];
  try {
    const sections: Section[] = [];
    for (const [name, part] of parts) {
      const startedAt = performance.now();
      try {
        sections.push(...[await part()].flat());
      } catch (error) {
        // The other parts still count; a broken one fails the bench like a floor that is not met.
        broken.push(name);
        console.error(`${name} could not be measured:`, error);
      }
      console.error(`measured ${name} in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
    }
    return sections;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const [loadBefore = 0] = os.loadavg();
const sections = await measure();
const ranOn = machine(loadBefore);
const rows = sections.flatMap(({ rows }) => rows);
const count = (verdict: ReturnType<typeof verdictOf>): number => rows.filter((row) => verdictOf(row) === verdict).length;
if (options.json) {
  const results = sections.map((section) => ({ ...section, rows: section.rows.map((row) => ({ ...row, verdict: verdictOf(row) })) }));
  console.log(JSON.stringify({ machine: ranOn, sections: results }, null, 2));
} else {
  console.log(`\n${asText(sections)}`);
  console.log(busyness(ranOn));
  console.log(`${count('met')} floors met, ${count('missed')} missed, ${count('missing')} rows not measured.`);
  // A table with holes must not replace a whole one.
  if (broken.length === 0) fs.writeFileSync(path.join(root, 'docs', 'benchmarks.md'), asMarkdown(sections, ranOn));
}
if (broken.length > 0) console.error(`Broken: ${broken.join(', ')}.`);
process.exitCode = count('missed') + broken.length > 0 ? 1 : 0;
