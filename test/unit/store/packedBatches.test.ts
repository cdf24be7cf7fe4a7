import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Batch, Statement } from '#core/store/connection.ts';
import { BatchPacker, BatchUnpacker } from '#node/sqlite/packedBatches.ts';

const value = fc.oneof(fc.constant(null), fc.integer(), fc.double({ noNaN: true }), fc.string(), fc.uint8Array());
const statement: fc.Arbitrary<Statement> = fc
  .record(
    { sql: fc.constantFrom('a', 'b ?', 'c ? ?', ''), parameters: fc.array(value, { maxLength: 4 }), mustChange: fc.nat(3) },
    { requiredKeys: ['sql', 'parameters'] },
  )
  .map((made) => ({ ...made }));
const batches: fc.Arbitrary<readonly Batch[]> = fc.array(fc.array(statement, { maxLength: 4 }), { maxLength: 4 });

describe('batches on their way to the worker', () => {
  it('arrive as they were sent, one message after the other', () => {
    fc.assert(
      fc.property(fc.array(batches, { maxLength: 6 }), (messages) => {
        const [packer, unpacker] = [new BatchPacker(), new BatchUnpacker()];
        for (const message of messages) assert.deepEqual(unpacker.unpack(structuredClone(packer.pack(message))), message);
      }),
    );
  });

  it('carry each text once, and any number of texts', () => {
    const [packer, unpacker] = [new BatchPacker(), new BatchUnpacker()];
    const all = (): Batch[] => Array.from({ length: 2_500 }, (_, n) => [{ sql: `SELECT ${n}`, parameters: [n] }]);
    for (let round = 0; round < 3; round += 1) assert.deepEqual(unpacker.unpack(packer.pack(all())), all());
    const texts = packer.pack(all()).filter((slot) => typeof slot === 'string');
    assert.equal(texts.length, 1_500, 'the first thousand are known by number');
  });

  it('refuse a number that stands for no text', () => {
    assert.throws(() => new BatchUnpacker().unpack([1, 7, null, 0]), /no SQL text has the number 7/);
  });
});
