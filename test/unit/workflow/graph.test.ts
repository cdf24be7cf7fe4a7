import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ancestry, findCycles, type GraphNode, levelsOf } from '#core/workflow/graph.ts';

const node = (key: string, ...dependsOn: string[]): GraphNode => ({ key, dependsOn });

describe('the dependency graph', () => {
  it('puts each step a level below the last it needs', () => {
    assert.deepEqual(levelsOf([node('d', 'b', 'c'), node('a'), node('b', 'a'), node('c', 'a', 'b'), node('e', 'gone')]), [
      ['a', 'e'],
      ['b'],
      ['c'],
      ['d'],
    ]);
  });

  it('shows cycles as paths, one a group, and leaves their steps out of the levels', () => {
    const nodes = [node('a', 'c'), node('b', 'a'), node('c', 'b'), node('self', 'self'), node('behind', 'a'), node('free')];
    assert.deepEqual(findCycles(nodes), [
      ['a', 'c', 'b', 'a'],
      ['self', 'self'],
    ]);
    assert.deepEqual(levelsOf(nodes), [['free']]);
    assert.deepEqual(findCycles([node('a'), node('b', 'a'), node('c', 'a', 'b', 'gone')]), []);
  });

  it('knows what settles before what', () => {
    const settled = ancestry([node('a'), node('b', 'a'), node('c', 'b', 'gone'), node('d')]);
    assert.deepEqual(
      [settled('a', 'c'), settled('b', 'c'), settled('c', 'a'), settled('d', 'c'), settled('gone', 'c'), settled('a', 'a')],
      [true, true, false, false, false, false],
    );
  });

  it('agrees with a plain search on any graph without cycles', () => {
    const graphs = fc.array(fc.array(fc.nat(60), { maxLength: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(graphs, (edges) => {
        const nodes = edges.map((to, index) =>
          node(`s${index}`, ...new Set(to.filter((other) => other < index).map((other) => `s${other}`))),
        );
        const settled = ancestry(nodes);
        const depth = new Map(levelsOf(nodes).flatMap((level, at) => level.map((key) => [key, at] as const)));
        const reach = (from: string, to: string): boolean =>
          nodes.find(({ key }) => key === from)?.dependsOn.some((next) => next === to || reach(next, to)) ?? false;
        assert.equal(depth.size, nodes.length);
        const last = nodes.at(-1) as GraphNode;
        for (const { key, dependsOn } of nodes) {
          assert.equal(settled(key, last.key), reach(last.key, key));
          assert.equal(depth.get(key), Math.max(-1, ...dependsOn.map((other) => depth.get(other) as number)) + 1);
        }
        assert.deepEqual(findCycles(nodes), []);
      }),
      { numRuns: 100 },
    );
  });

  it('takes 20,000 steps in a chain without overflow', () => {
    const chain = (count: number): GraphNode[] =>
      Array.from({ length: count }, (_, index) => node(`s${index}`, ...(index === 0 ? [] : [`s${index - 1}`])));
    assert.equal(levelsOf(chain(20_000)).length, 20_000);
    assert.equal(ancestry(chain(1_000))('s0', 's999'), true);
    assert.equal(findCycles([...chain(20_000).slice(1), node('s0', 's19999')])[0]?.length, 20_001);
  });
});
