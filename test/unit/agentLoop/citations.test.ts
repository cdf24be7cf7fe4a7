import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Citation } from '#protocol/finding.ts';
import { checkCitations } from '#core/agents/citations.ts';
import { Conversation } from '#core/agents/conversation.ts';
import { compact, estimateTokens } from '#core/agents/compaction.ts';
import { deliverableNames, deliverableSchema, finishDeliverable } from '#core/agents/deliverables.ts';
import { renderFound } from '#core/agents/prompts.ts';
import { parametersOf } from '#core/agents/tools/tool.ts';
import type { ChatMessage } from '#core/llm/provider.ts';

const FILES: { readonly [path: string]: string } = { 'a.ts': 'one\n  two(  x );\r\nthree\nfour\nfive\nsix\n', 'b.ts': '{\n}\n' };
const read = async (path: string): Promise<string> => {
  const text = FILES[path];
  if (text === undefined) throw new AppError({ code: 'files.notFound', message: path });
  return text;
};

async function check(citation: Citation): Promise<Citation> {
  const { value } = await checkCitations({ citations: [citation] } as unknown as JsonObject, read);
  return (value['citations'] as unknown as Citation[])[0] ?? assert.fail();
}

describe('citations', () => {
  it('hold when the line exists and the excerpt stands there, white space apart', async () => {
    assert.equal((await check({ path: 'a.ts', line: 2, excerpt: 'two( x );' })).verified, true);
    assert.equal((await check({ path: 'a.ts', line: 2, endLine: 3, excerpt: 'two(x);\nthree' })).verified, true);
    assert.equal((await check({ path: 'a.ts', line: 1 })).verified, true);
    assert.equal((await check({ path: './a.ts', line: 6, excerpt: 'six\r\n' })).verified, true);
    assert.equal((await check({ path: 'b.ts', line: 2, excerpt: '}' })).verified, true);
  });

  it('that are a few lines off are moved to where the excerpt stands', async () => {
    assert.deepEqual(await check({ path: 'a.ts', line: 5, endLine: 6, excerpt: 'three' }), {
      path: 'a.ts',
      line: 3,
      endLine: 4,
      excerpt: 'three',
      verified: true,
    });
  });

  it('that point behind the end are moved back into the file when their excerpt stands there', async () => {
    const moved = await check({ path: 'a.ts', line: 8, endLine: 9, excerpt: 'five\nsix' });
    assert.deepEqual([moved.line, moved.endLine, moved.verified], [5, 6, true]);
  });

  it('that do not hold are marked and kept', async () => {
    for (const wrong of [
      { path: 'a.ts', line: 99 },
      { path: 'a.ts', line: 1, endLine: 400 },
      { path: 'a.ts', line: 1, excerpt: 'six' },
      { path: 'gone.ts', line: 1 },
      { path: '../../etc/passwd', line: 1 },
      { path: 'a.ts', line: 7 },
      { path: 'a.ts', line: 5, endLine: 7 },
      { path: 'a.ts', line: 4, endLine: 2 },
      { path: 'a.ts', line: 1, excerpt: '  …' },
      { path: 'a.ts', line: 1, excerpt: 'on' },
      { path: 'other.ts', line: 3, excerpt: 'three' },
      { path: 'a.ts', line: 1, verified: true, excerpt: 'nowhere' },
    ]) {
      assert.deepEqual(await check(wrong), { ...wrong, verified: false });
    }
  });

  it('are found at any depth and counted', async () => {
    const value = {
      reasons: [
        {
          text: 'x',
          citations: [
            { path: 'a.ts', line: 1 },
            { path: 'c.ts', line: 1 },
          ],
        },
      ],
      citations: [{ path: 'a.ts', line: 3 }],
    };
    assert.deepEqual((await checkCitations(value, read)).check, { checked: 3, verified: 2 });
  });
});

describe('deliverables', () => {
  it('all have a schema that vendors take: an object, no union at the top', () => {
    for (const name of deliverableNames) {
      const parameters = parametersOf(deliverableSchema(name));
      assert.equal(parameters['type'], 'object');
      assert.ok(!('anyOf' in parameters || 'oneOf' in parameters));
    }
  });

  it('of an unknown name are refused with the names there are', () => {
    assert.throws(() => deliverableSchema('toString'), {
      code: 'agent.unknownDeliverable',
      message: /findings, plan, changeSet, verdict, document/,
    });
  });

  it('give a finding the same id in every run, whatever its line and white space', () => {
    const finding = (line: number, excerpt: string): JsonObject => ({
      findings: [{ severity: 'high', category: 'security', title: 'T', message: 'M', citations: [{ path: 'a.ts', line, excerpt }] }],
    });
    const id = (value: JsonObject): unknown =>
      (finishDeliverable('findings', value, 'security')['findings'] as unknown as { id: string }[])[0]?.id;
    assert.equal(id(finding(1, 'eval( x )')), id(finding(9, 'eval(  x )')));
    assert.notEqual(id(finding(1, 'eval(x)')), id(finding(1, 'other')));
  });
});

describe('what a model is shown', () => {
  const finding = (severity: string, index: number): object => ({
    id: `rule-${index}`,
    severity,
    title: 'A title',
    message: 'm'.repeat(300),
    citations: [{ path: 'a.ts', line: index + 1, excerpt: 'x' }],
  });

  it('has the most severe findings first and says how many are left out', () => {
    const findings = [...Array.from({ length: 1500 }, (_, at) => finding('low', at)), finding('critical', 9999)];
    const text = renderFound({ findings, note: 'z' } as unknown as JsonObject);
    assert.ok(text.length < 60_000);
    assert.match(text, /^1501 findings \(the \d+ most severe are shown\):\n- \[critical\] rule-9999/);
  });

  it('may be asked for again once it was dropped', () => {
    const conversation = new Conversation('task');
    conversation.answered([{ kind: 'toolCall', id: '1', name: 't', args: {} }]);
    conversation.results([{ kind: 'toolResult', id: '1', name: 't', text: 'r'.repeat(5000), isError: false }]);
    conversation.answered([{ kind: 'text', text: 'x' }]);
    conversation.nudge('go on');
    assert.equal(conversation.fit(10_000), false);
    assert.equal(conversation.fit(100), true);
    assert.match(JSON.stringify(conversation.messages[2]), /dropped to make room; ask again/);
  });

  it('leaves what a dropped result was, and the lines it named, so that they can still be cited; also when it is dropped again', () => {
    const result = (text: string) => ({ kind: 'toolResult', id: '1', name: 't', isError: false, text }) as const;
    const found = `<data source="search eval">\nsrc/a.ts:12: eval(x)\nlib/b.py:3: eval(y)\n${'x'.repeat(3000)}\n</data>`;
    const messages: ChatMessage[] = [
      { role: 'user', parts: [result(found)] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'x' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'y' }] },
    ];
    const once = compact(messages, 100);
    const note = '[search eval: dropped to make room; ask again if you still need it. It named src/a.ts:12, lib/b.py:3]';
    assert.deepEqual(once[0]?.parts, [result(note)]);
    assert.deepEqual(compact(once, 1)[0]?.parts, [result(note)]);
  });

  it('keeps signed reasoning only as long as nothing of the conversation was dropped', () => {
    const messages: ChatMessage[] = [
      { role: 'user', parts: [{ kind: 'toolResult', id: '1', name: 't', text: 'r'.repeat(5000), isError: false }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'carried', provider: 'p', model: 'm', data: {} },
          { kind: 'text', text: 'x' },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'y' }] },
    ];
    assert.equal(compact(messages, 10_000), messages);
    assert.deepEqual(compact(messages, 100)[1]?.parts, [{ kind: 'text', text: 'x' }]);
  });

  it('fits the window: old tool results give way, every call keeps its answer, the latest stay whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 20 }), fc.integer({ min: 1, max: 5000 }), (sizes, room) => {
        const messages: ChatMessage[] = sizes.flatMap((size, at): ChatMessage[] => [
          { role: 'assistant', parts: [{ kind: 'toolCall', id: `${at}`, name: 't', args: {} }] },
          { role: 'user', parts: [{ kind: 'toolResult', id: `${at}`, name: 't', text: 'r'.repeat(size), isError: false }] },
        ]);
        const after = compact(messages, room);
        const shape = (list: readonly ChatMessage[]): unknown =>
          list.map((message) => [message.role, message.parts.map((part) => part.kind)]);
        assert.deepEqual(shape(after), shape(messages));
        assert.deepEqual(after.slice(-2), messages.slice(-2));
        assert.ok(estimateTokens(after) <= estimateTokens(messages));
        const oldCanGive = sizes.slice(0, -1).some((size, at) => size > 100 && JSON.stringify(after[at * 2 + 1]).includes('rrrr'));
        assert.ok(estimateTokens(after) <= room || !oldCanGive);
      }),
    );
  });
});
