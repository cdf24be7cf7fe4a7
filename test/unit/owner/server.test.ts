import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { AppError, hasCode } from '#base/errors.ts';
import { newSocketPath, publishAddress, readAddress, withdrawAddress } from '#node/owner/address.ts';
import { connectOwner } from '#node/owner/client.ts';
import type { OwnerServer } from '#node/owner/server.ts';
import { OWNER_PROTOCOL } from '#protocol/ownerFrames.ts';
import type { CoreEvent } from '#protocol/api.ts';
import { deafClient, exchange, fakeCore, served, type Served, silentLog } from '#test/unit/owner/serverFixture.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const signal = (text: string): CoreEvent => ({ kind: 'signal', runId: 'run_1', signal: { type: 'text', path: 'a', text } });
const changed: CoreEvent = { kind: 'changed', what: 'agents' };

describe('the owner of a workspace', () => {
  const folder = temporaryFolders();
  const open: OwnerServer[] = [];

  async function serve(options: Parameters<typeof served>[1] = {}): Promise<Served> {
    const root = folder({ '.cas/.gitignore': '' });
    const one = await served(root, options);
    open.push(one.server);
    return one;
  }

  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });

  const hello = (token: string, protocol: number = OWNER_PROTOCOL): string => `${JSON.stringify({ kind: 'hello', protocol, token })}\n`;

  it('does everything its core can for who has the token', async () => {
    const { address, core } = await serve();
    const { api } = await connectOwner({ address, log: silentLog });
    assert.deepEqual(await api.call('runs.get', 'run_1'), { ok: true });
    assert.deepEqual(core.calls, [['runs.get', 'run_1']]);
    await api.close();
  });

  it('takes an argument that is left out for what it is', async () => {
    const { address, core } = await serve();
    const { api } = await connectOwner({ address, log: silentLog });
    await api.call('runs.list', undefined);
    await api.call('runs.list', { limit: 1 });
    assert.deepEqual(core.calls, [['runs.list'], ['runs.list', { limit: 1 }]]);
    await api.close();
  });

  it('closes although its address cannot be withdrawn', async () => {
    const root = folder({ '.cas/.gitignore': '' });
    const { server, address } = await served(root);
    rmSync(path.join(root, '.cas', 'owner.json'));
    mkdirSync(path.join(root, '.cas', 'owner.json'));
    await server.close();
    await assert.rejects(connectOwner({ address, log: silentLog }), (error) => hasCode(error, 'owner.gone'));
  });

  it('gives errors back with their code and details', async () => {
    const { address } = await serve({
      core: fakeCore(() => {
        throw new AppError({ code: 'run.finished', message: 'Done.', details: { status: 'failed' } });
      }),
    });
    const { api } = await connectOwner({ address, log: silentLog });
    await assert.rejects(
      api.call('runs.resume', 'run_1'),
      (error) => hasCode(error, 'run.finished') && (error as AppError).details['status'] === 'failed',
    );
    await api.close();
  });

  it('refuses a wrong token, another protocol, and whoever calls before greeting', async () => {
    const { address, core } = await serve();
    const refusal = async (text: string): Promise<string> =>
      (JSON.parse(await exchange(address, text)) as { error: { code: string } }).error.code;
    assert.equal(await refusal(hello('x'.repeat(64))), 'owner.badToken');
    assert.equal(await refusal(hello(address.token, OWNER_PROTOCOL + 1)), 'owner.version');
    assert.equal(await refusal(`${JSON.stringify({ kind: 'hello', protocol: 99, token: address.token, later: true })}\n`), 'owner.version');
    assert.equal(await refusal(`${JSON.stringify({ kind: 'call', id: 1, method: 'runs.list', args: [] })}\n`), 'owner.badToken');
    assert.equal(await refusal(`${JSON.stringify({ kind: 'nonsense' })}\n`), 'owner.badFrame');
    assert.deepEqual(core.calls, []);
  });

  it('survives garbage, half frames, deep nesting and frames that are too long', async () => {
    const { address } = await serve();
    const deep = 1_500;
    const hostile: readonly (string | Buffer)[] = [
      'not json\n',
      Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
      `${'['.repeat(deep)}${']'.repeat(deep)}\n`,
      'x'.repeat(10_000),
      `${hello(address.token)}${JSON.stringify({ kind: 'call', id: 1, method: 'runs.override', args: [] })}\n{"kind":\n`,
      `${hello(address.token)}{"kind":"call","id":1,"method":"runs.get","args":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}\n`,
    ];
    for (const text of hostile) await exchange(address, text);
    const { api } = await connectOwner({ address, log: silentLog });
    assert.deepEqual(await api.call('runs.list'), { ok: true });
    await api.close();
  });

  it('refuses unknown methods and wrong arguments without calling anything', async () => {
    const { address, core } = await serve();
    const { api } = await connectOwner({ address, log: silentLog });
    const call = api.call.bind(api) as (method: string, ...args: readonly unknown[]) => Promise<unknown>;
    await assert.rejects(call('runs.explode'), (error) => hasCode(error, 'owner.unknownMethod'));
    await assert.rejects(call('toString'), (error) => hasCode(error, 'owner.unknownMethod'));
    await assert.rejects(call('runs.pause', { id: 'a', force: true }), (error) => hasCode(error, 'owner.badArguments'));
    assert.deepEqual(core.calls, []);
    await api.close();
  });

  it('ends a connection that does not say who it is', async () => {
    const { address } = await serve({ limits: { helloMs: 20 } });
    assert.equal(await exchange(address, '{'), '');
  });

  it('sends 10,000 events in order to who reads them', async () => {
    const { address, core } = await serve();
    const { api } = await connectOwner({ address, log: silentLog });
    const seen: string[] = [];
    const all = new Promise<void>((resolve) => {
      api.subscribe((event) => {
        if (event.kind === 'signal' && event.signal.type === 'text' && seen.push(event.signal.text) === 10_000) resolve();
      });
    });
    await api.call('workspace.info');
    for (let n = 0; n < 10_000; n += 1) core.fire(signal(String(n)));
    await all;
    assert.deepEqual(
      seen,
      Array.from({ length: 10_000 }, (_, n) => String(n)),
    );
    await api.close();
  });

  it('drops live signals for a client that does not read, then cuts it off: what is held stays bounded', async () => {
    const { address, core } = await serve({ limits: { slowBytes: 100_000, cutBytes: 400_000 } });
    const socket = await deafClient(address, [{ kind: 'hello', protocol: OWNER_PROTOCOL, token: address.token }, { kind: 'subscribe' }]);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    while (core.listeners() === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < 10_000; n += 1) core.fire(signal('x'.repeat(1_000)));
    assert.equal(core.listeners(), 1, 'signals alone never cut a client off');
    for (let n = 0; n < 20_000 && core.listeners() > 0; n += 1) {
      core.fire(changed);
      if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(core.listeners(), 0, 'cut off');
    socket.resume();
    await closed;
  });

  it('subscribes a client once, however often it asks', async () => {
    const { address, core } = await serve();
    const twice = [{ kind: 'hello', protocol: OWNER_PROTOCOL, token: address.token }, { kind: 'subscribe' }, { kind: 'subscribe' }];
    const socket = await deafClient(address, twice);
    const { api } = await connectOwner({ address, log: silentLog });
    await api.call('workspace.info');
    assert.equal(core.listeners(), 1);
    socket.destroy();
    await api.close();
  });

  it('lets every call of a client settle when the owner ends', async () => {
    const { address, server } = await serve({ core: fakeCore(() => new Promise(() => {})) });
    const { api, closed } = await connectOwner({ address, log: silentLog });
    const calls = [api.call('runs.list'), api.call('runs.get', 'run_1')].map((call) =>
      assert.rejects(call, (error) => hasCode(error, 'owner.gone')),
    );
    await server.close();
    await Promise.all([...calls, closed]);
    await assert.rejects(api.call('runs.list'), (error) => hasCode(error, 'owner.gone'));
  });

  it('is gone for a client when nobody listens or nobody answers', async () => {
    const { address } = await serve();
    const nobody = { ...address, socket: `${address.socket}x` };
    await assert.rejects(connectOwner({ address: nobody, log: silentLog }), (error) => hasCode(error, 'owner.gone'));
    const mute = { ...address, socket: `${address.socket}.mute` };
    const listener = createServer((socket) => socket.resume()).listen(mute.socket);
    await assert.rejects(connectOwner({ address: mute, log: silentLog, welcomeMs: 20 }), (error) => hasCode(error, 'owner.gone'));
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe('the address of an owner', () => {
  const folder = temporaryFolders();
  const address = { pid: 1, socket: '/tmp/x.sock', token: 't'.repeat(64), protocol: OWNER_PROTOCOL };

  it('is readable by its user alone, and withdrawn only by who published it', async () => {
    const root = folder({ '.cas/.gitignore': '' });
    await publishAddress(root, address);
    assert.equal(statSync(path.join(root, '.cas/owner.json')).mode & 0o777, 0o600);
    await withdrawAddress(root, { ...address, token: 'u'.repeat(64) });
    assert.deepEqual(await readAddress(root), address);
    await withdrawAddress(root, address);
    assert.equal(await readAddress(root), null);
  });

  it('is none when the file is cut, from another version, or not there', async () => {
    for (const text of ['', '{"pid":', '[]', '{"pid":1}', 'null']) {
      const root = folder({ '.cas/owner.json': text });
      assert.equal(await readAddress(root), null, text);
    }
    assert.equal(await readAddress(folder()), null);
    assert.equal(await readAddress(folder({ '.cas': 'a file' })), null);
  });

  it('replaces a link in its place instead of following it', async () => {
    const root = folder({ '.cas/.gitignore': '', 'target.txt': 'mine' });
    symlinkSync(path.join(root, 'target.txt'), path.join(root, '.cas/owner.json'));
    await publishAddress(root, address);
    assert.equal(statSync(path.join(root, 'target.txt')).size, 4);
  });

  it('says when it cannot be written', async () => {
    const root = folder({ '.cas/owner.json/in/the/way': '' });
    await assert.rejects(publishAddress(root, address), (error) => hasCode(error, 'owner.addressFailed'));
    assert.ok(!existsSync(path.join(root, `.cas/owner.json.${process.pid}.tmp`)));
  });

  it('has a short socket in a folder that only the user can enter, without those of killed owners of this workspace', async () => {
    const root = folder();
    const other = folder();
    const [left, foreign] = [await newSocketPath(root), await newSocketPath(other)];
    for (const file of [left, foreign]) writeFileSync(file, '');
    const next = await newSocketPath(root);
    assert.deepEqual([existsSync(left), existsSync(foreign)], [false, true]);
    assert.ok(Buffer.byteLength(next) <= 100, next);
    assert.equal(statSync(path.dirname(next)).mode & 0o777, 0o700);
    await newSocketPath(other);
  });

  it('refuses a socket folder that is not a folder of this user', async () => {
    const before = process.env['TMPDIR'];
    const temporary = folder();
    mkdirSync(path.join(temporary, 'elsewhere'));
    symlinkSync(path.join(temporary, 'elsewhere'), path.join(temporary, `cas-${process.getuid?.() ?? 0}`));
    process.env['TMPDIR'] = temporary;
    try {
      await assert.rejects(
        newSocketPath(folder()),
        (error) => hasCode(error, 'owner.unsafeFolder') || hasCode(error, 'owner.listenFailed'),
      );
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});
