import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { followInit } from '#node/ports/sandboxInit.ts';

describe('the first process of a sandbox', () => {
  const said = (text: string): Readable => Readable.from([Buffer.from(text)]);

  it('is not known to be gone where bubblewrap said nothing, or nothing of use', async () => {
    for (const text of ['', '{', '{ "child-pid": "x" }']) assert.equal(await followInit(said(text)).gone(1_000), false, text);
  });

  it('is not known to be gone where bubblewrap never ends what it says', async () => {
    const never = new Readable({ read: () => undefined });
    assert.equal(await followInit(never).gone(20), false);
    never.destroy();
  });

  it('is followed until it has ended, in however many pieces its number came', async function followed() {
    if (process.platform !== 'linux') this.skip();
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const pieces = Array.from(`{\n "child-pid": ${child.pid},\n "x": 1}`, (letter) => Buffer.from(letter));
    const [whole, split] = [followInit(said(`{"child-pid": ${child.pid}}`)), followInit(Readable.from(pieces))];
    assert.equal(await whole.gone(20), false);
    child.stdin?.end();
    assert.equal(await whole.gone(10_000), true);
    assert.equal(await split.gone(10_000), true);
  });
});
