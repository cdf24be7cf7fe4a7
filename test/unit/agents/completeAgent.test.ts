import assert from 'node:assert/strict';
import fc from 'fast-check';
import { completionsInAgent } from '#core/agents/completeAgent.ts';

const KNOWN = {
  tools: new Map([
    ['files.read', 'Reads.'],
    ['files.search', 'Searches.'],
    ['git.log', 'Shows.'],
  ]),
  skills: new Map([['code.rules', 'Quality']]),
};

/** `|` is where one types. */
function at(marked: string): readonly string[] {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return completionsInAgent(text, offset, KNOWN).map(({ label, insert, start, end }) => {
    assert.ok(start <= offset && end === offset);
    return insert === label ? label : insert;
  });
}

describe('completion in agent files', () => {
  it('offers the keys that are not there yet, at the margin', () => {
    assert.deepEqual(at('---\nid: a\nname: A\nrole: R\ndescription: d\ncapabilities:\n  a.b: 1\nspecializations: []\n|\nlimits:\n---\nx'), [
      'tools: ',
      'skills: ',
      'models: ',
      'deliverable: ',
    ]);
  });

  it('offers tools and skills that are not listed yet, in both forms of a list', () => {
    assert.deepEqual(at('---\ntools: [files.read, fi|]\nskills: []\n---\n'), ['files.search', 'git.log']);
    assert.deepEqual(at('---\ntools:\n  - git.log\n  - |\n---\n'), ['files.read', 'files.search']);
    assert.deepEqual(at('---\ntools: [git.log]\nskills: [|\n'), ['code.rules']);
  });

  it('offers what an agent may wish of its model, and the words for it', () => {
    assert.deepEqual(at('---\nmodels: { reasoning: high, |\n---\n'), ['prefer: ', 'policy: ', 'context: ', 'images: ']);
    assert.deepEqual(at('---\nmodels:\n  reas|\n---\n'), ['prefer: ', 'policy: ', 'context: ', 'images: ', 'reasoning: ']);
    assert.deepEqual(at('---\nmodels: { reasoning: |\n---\n'), ['low', 'medium', 'high']);
    assert.deepEqual(at('---\nmodels:\n  policy: |\n---\n'), ['priority', 'cost', 'latency', 'health']);
    assert.deepEqual(at('---\nlimits: { |\n---\n'), ['maxTurns: ', 'maxTokens: ', 'timeoutMs: ']);
    assert.deepEqual(at('---\ndeliverable: |\n---\n'), ['findings', 'plan', 'changeSet', 'verdict', 'document']);
  });

  it('offers nothing in instructions, in texts and where there is no front matter', () => {
    assert.deepEqual([at('---\nid: a\n---\ntools: |'), at('tools: |'), at('|'), at('---\nrole: |\n---\n')], [[], [], [], []]);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.nat(90), (text, offset) => {
        completionsInAgent(`---\n${text}`, offset, KNOWN);
        completionsInAgent(text, offset, KNOWN);
      }),
      { numRuns: 50 },
    );
  });
});
