import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noModelWishes } from '#core/agents/definition.ts';
import { parseAgentFile, type CheckedAgent } from '#core/agents/agentFile.ts';

const OPTIONS = {
  file: '/w/.cas/agents/reviewer.md',
  source: 'workspace' as const,
  knownTools: ['files.read', 'files.search'],
  knownSkills: ['secrets.scan', 'code.rules'],
};

const GOOD = `---
id: reviewer
name: Reviewer
role: Reads diffs.
description: Reads diffs with care.
specializations: [diffs]
capabilities:
  code.review: 0.9
tools: [files.read]
skills: [code.rules]
models:
  - model: some-model
limits:
  maxTurns: 5
deliverable: findings
---

Read the diff.
`;

const parse = (text: string): CheckedAgent => parseAgentFile(text, OPTIONS);
const problemsOf = (text: string): unknown =>
  parse(text).problems.map((problem) => [problem.code, problem.line, problem.column, problem.hint]);

describe('an agent file', () => {
  it('gives the definition with defaults filled in', () => {
    assert.deepEqual(parse(GOOD), {
      problems: [],
      agent: {
        id: 'reviewer',
        name: 'Reviewer',
        role: 'Reads diffs.',
        description: 'Reads diffs with care.',
        specializations: ['diffs'],
        capabilities: [{ name: 'code.review', confidence: 0.9 }],
        tools: ['files.read'],
        skills: ['code.rules'],
        models: { ...noModelWishes, prefer: [{ provider: null, model: 'some-model' }] },
        limits: { maxTurns: 5, maxTokens: 400_000, timeoutMs: 600_000 },
        deliverable: 'findings',
        instructions: 'Read the diff.',
        source: 'workspace',
        file: '/w/.cas/agents/reviewer.md',
      },
    });
  });

  it('wishes of its models what holds for any vendor; a list alone is names', () => {
    const wishes = (models: string): unknown => parse(GOOD.replace('models:\n  - model: some-model', models)).agent?.models;
    assert.deepEqual(
      wishes('models: { reasoning: high, context: 100000, images: true, policy: cost, prefer: [openai/gpt-5.5, claude-x] }'),
      {
        prefer: [
          { provider: 'openai', model: 'gpt-5.5' },
          { provider: null, model: 'claude-x' },
        ],
        policy: 'cost',
        contextTokens: 100_000,
        images: true,
        reasoning: 'high',
      },
    );
    assert.deepEqual(wishes('models: [a]'), { ...noModelWishes, prefer: [{ provider: null, model: 'a' }] });
    assert.deepEqual(wishes(''), noModelWishes);
  });

  it('shows wishes it does not know at their places, with what may stand there', () => {
    const text = GOOD.replace(
      'models:\n  - model: some-model',
      'models:\n  resoning: high\n  policy: cheap\n  context: 5\n  prefer: [{ modell: x }, 7]',
    );
    assert.deepEqual(problemsOf(text), [
      ['agent.unknownKey', 12, 3, 'Did you mean `reasoning`?'],
      ['agent.type', 13, 11, ''],
      ['agent.type', 14, 12, ''],
      ['agent.missing', 15, 12, 'Add `model:`.'],
      ['agent.unknownKey', 15, 14, 'Did you mean `model`?'],
      ['agent.type', 15, 27, ''],
    ]);
    assert.match(parse(text).problems[1]?.message ?? '', /"priority"\|"cost"\|"latency"\|"health"/);
  });

  it('reads the same with CRLF and a byte order mark', () => {
    assert.deepEqual(parse(`\uFEFF${GOOD.replaceAll('\n', '\r\n')}`), parse(GOOD));
  });

  it('shows every problem at its line and column, with the nearest name', () => {
    const text = GOOD.replace('files.read', 'files.reed')
      .replace('skills: [code.rules]', 'skills: [code.rule]')
      .replace('  code.review: 0.9', '  code.review: 9')
      .replace('maxTurns: 5', 'maxTurn: 5')
      .replace('role:', 'rolle:');
    assert.deepEqual(problemsOf(text), [
      ['agent.missing', 2, 1, 'Add `role:`.'],
      ['agent.unknownKey', 4, 1, 'Did you mean `role`?'],
      ['agent.type', 8, 16, ''],
      ['agent.unknownTool', 9, 9, 'Did you mean `files.read`?'],
      ['agent.unknownSkill', 10, 10, 'Did you mean `code.rules`?'],
      ['agent.unknownKey', 14, 3, 'Did you mean `maxTurns`?'],
    ]);
    assert.equal(parse(text).agent, null);
  });

  it('says what to do when the front matter or the body is missing, broken or hostile', () => {
    assert.deepEqual(problemsOf('# An agent\n'), [
      ['agent.noFrontMatter', 1, 1, 'Begin with a line `---`, the keys (`id:`, `name:`, …) and a line `---`.'],
    ]);
    assert.deepEqual(problemsOf(''), problemsOf('# An agent\n'));
    assert.deepEqual(problemsOf(GOOD.replace('Read the diff.', '')), [
      ['agent.noInstructions', 2, 1, 'Say how the agent works and what it delivers.'],
    ]);
    const codes = (text: string): Set<string> => new Set(parse(text).problems.map((problem) => problem.code));
    assert.deepEqual(codes(GOOD.replace('name: Reviewer', 'name: "Reviewer')), new Set(['agent.yaml']));
    assert.deepEqual(codes(GOOD.replace('name: Reviewer', 'name: Reviewer\nname: Twice')), new Set(['agent.yaml']));
    assert.deepEqual(codes(GOOD.replace('name: Reviewer', 'name: &a Reviewer\nx: *a')), new Set(['agent.yaml']));
    assert.deepEqual(codes(`---\n${'['.repeat(8_000)}\n---\nx`), new Set(['agent.yaml']));
    assert.deepEqual(codes(`---\n${Array.from({ length: 2_000 }, (_, at) => `k${at}: 1\n`).join('')}---\nx`), new Set(['agent.tooLarge']));
    assert.deepEqual(codes(`${GOOD}${'x'.repeat(262_144)}`), new Set(['agent.tooLarge']));
  });

  it('never throws, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...GOOD.split(/(?<=[\n: ])/), '---\n', '- ', '&a ', '*a', '!!x ', '\t', '{', ']', '? '),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { agent, problems } = parse(`---\n${pieces.join('')}`);
        assert.equal(agent === null, problems.length > 0);
        for (const problem of problems) assert.ok(problem.line >= 1 && problem.column >= 1 && problem.endLine >= problem.line);
      }),
      { numRuns: 500 },
    );
  });
});
