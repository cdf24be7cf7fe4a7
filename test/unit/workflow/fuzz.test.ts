// Whatever happens to a workflow file, checking it neither throws nor hangs, and what is wrong has a place in the text.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { completionsAt, hoverAt } from '#core/workflow/complete.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { knownNames } from '#test/unit/workflow/known.ts';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';

/** A failure prints its seed; CAS_SEED=n repeats it. */
const seed = Number(process.env['CAS_SEED'] ?? Date.now() % 2 ** 31);
const SLOWEST_MS = 2000;
const seeds = ['resources/workflows', 'test/golden/workflow/wrong'].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => /\.cas\.(yaml|json)$/.test(file))
    // Short pieces too: whole files cost most of the time in the parser with positions.
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8').slice(0, 1500) })),
);
const SPICE = [
  '{{',
  '}}',
  '&a ',
  '*a',
  '!!js/function ',
  '? ',
  ': ',
  '- ',
  '[',
  '{',
  '"',
  "'",
  '|\n',
  '\t',
  '\r',
  '\0',
  '__proto__: 1\n',
  '<<: *x\n',
  '---\n',
  '%YAML 9\n',
  '\uD800',
  '😀',
  '..',
  '&&',
  'results.',
  '#',
  '>-\n',
  '\u2028',
  '1e999',
  '.inf',
];

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(400)),
  insert: fc.oneof(fc.constantFrom(...SPICE), fc.string({ maxLength: 8, unit: 'binary' }), fc.constant('')),
});
const mutated = fc.tuple(fc.constantFrom(...seeds), fc.array(edit, { minLength: 1, maxLength: 4 })).map(([seed, edits]) => ({
  file: seed.file,
  text: edits.reduce((text, { at, cut, insert }) => {
    const from = Math.floor(at * text.length);
    return text.slice(0, from) + insert + text.slice(from + cut);
  }, seed.text),
}));

function assertPlaced(file: string, text: string): void {
  const before = process.cpuUsage();
  const { definition, problems } = checkWorkflow(text, { file, ...knownNames });
  // Time of this process, not of the wall: a busy machine must not fail the test, a text that makes the parser crawl must.
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1000 < SLOWEST_MS, 'too slow');
  assert.equal(
    definition === null,
    problems.some((problem) => problem.severity === 'error'),
  );
  const lines = text.split(/\r\n|\n|\r/).length;
  for (const { line, column, endLine, endColumn, message } of problems) {
    assert.ok(line >= 1 && column >= 1 && line <= lines + 1, `${line}:${column} of ${lines}`);
    assert.ok(endLine > line || (endLine === line && endColumn >= column), message);
  }
}

describe('checkWorkflow on mutated files', () => {
  it('never throws, never hangs and places every problem (10,000 mutations)', function () {
    this.timeout(TEST_LIMIT_MS);
    fc.assert(
      fc.property(mutated, ({ file, text }) => assertPlaced(file, text)),
      { numRuns: 10_000, seed },
    );
  });

  it('survives texts made to hurt parsers', () => {
    const nasty = [
      `a: ${'"'.repeat(100_000)}`,
      'a:\n '.repeat(30_000),
      '- '.repeat(100_000),
      `name: x\nsteps: ${'[{'.repeat(18)}`,
      `when: ${'('.repeat(3900)}`,
      `name: x\nsteps:\n  - key: a\n    when: ${'('.repeat(3900)}1${')'.repeat(3900)}\n    action: x.y\n`,
      `name: x\nsteps:\n  - key: a\n    prompt: "${'{{ 1 }}'.repeat(8000)}"\n`,
      `name: x\nsteps:\n${Array.from({ length: 5000 }, (_, index) => `- {key: s${index}, action: a}\n`).join('')}`,
      `name: x\nsteps:\n${Array.from({ length: 3000 }, (_, index) => `- {key: s${index}, action: a, dependsOn: [s${index + 1}]}\n`).join('')}`,
      `name: x\nsteps:\n${'- {key: a, zap: 1}\n'.repeat(2000)}`,
      '\uFEFFname: bom\nsteps: [{ key: a, action: x.y }]\n',
      '"'.concat('\\"'.repeat(120_000)),
      '\u0000',
      '💥',
    ];
    for (const text of nasty) for (const file of ['a.cas.yaml', 'a.cas.json']) assertPlaced(file, text);
  });

  it('leaves editor help standing on any text and offset', () => {
    const known = { agents: new Map([['a', '']]), skills: new Map([['b.c', '']]), workflows: new Map([['d', '']]) };
    fc.assert(
      fc.property(mutated, fc.double({ min: 0, max: 1, noNaN: true }), ({ text }, at) => {
        const offset = Math.floor(at * text.length);
        for (const { start, end } of completionsAt(text, offset, known)) assert.ok(start <= offset && offset <= end && end <= text.length);
        const hover = hoverAt(text, offset);
        assert.ok(hover === null || hover.end <= text.length);
      }),
      { numRuns: 1000, seed },
    );
  });
});
