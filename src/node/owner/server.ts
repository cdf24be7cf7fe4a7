// The owner's side: other windows and the command line do everything through this socket.

import { timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { AppError, toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { Log } from '#core/ports.ts';
import { newSocketPath, newToken, type OwnerAddress, publishAddress, withdrawAddress } from '#node/owner/address.ts';
import { readLines, writeLine } from '#node/owner/lines.ts';
import type { CoreApi, CoreEvent, CoreMethod } from '#protocol/api.ts';
import { argumentSchemas, isCoreMethod } from '#protocol/apiSchemas.ts';
import { clientFrameSchema, OWNER_PROTOCOL, type ServerFrame } from '#protocol/ownerFrames.ts';

/** Above this many unsent bytes a client gets no more live signals; above `CUT_BYTES` it is cut off and must resync. */
const SLOW_BYTES = 4 * 1024 * 1024;
const CUT_BYTES = 64 * 1024 * 1024;
const HELLO_MS = 5_000;

export interface OwnerServer {
  close(): Promise<void>;
}

/** Listens and publishes the address; resolves when others can attach. */
export async function serveOwner(options: { readonly root: string; readonly api: CoreApi; readonly log: Log }): Promise<OwnerServer> {
  const address: OwnerAddress = {
    pid: process.pid,
    socket: await newSocketPath(options.root),
    token: newToken(),
    protocol: OWNER_PROTOCOL,
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => options.log.debug('owner: a client connection ended', { reason: error.message }));
    serveClient(socket, address.token, options.api);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.socket, resolve);
  });
  await publishAddress(options.root, address);
  return {
    async close() {
      await withdrawAddress(options.root, address);
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (process.platform !== 'win32') await rm(address.socket, { force: true });
    },
  };
}

function serveClient(socket: Socket, token: string, api: CoreApi): void {
  let greeted = false;
  const timer = setTimeout(() => socket.destroy(), HELLO_MS);
  const send = (frame: ServerFrame): void => writeLine(socket, frame);
  const refuse = (error: AppError): void => {
    send({ kind: 'refused', error: toErrorView(error) });
    socket.end();
  };
  readLines(socket, (value) => {
    const parsed = clientFrameSchema.safeParse(value);
    if (!parsed.success) {
      refuse(new AppError({ code: 'owner.badFrame', message: 'The owner received a frame it does not understand.' }));
      return;
    }
    const frame = parsed.data;
    if (frame.kind === 'hello') {
      clearTimeout(timer);
      if (frame.protocol !== OWNER_PROTOCOL) refuse(versionMismatch(frame.protocol));
      else if (!sameToken(frame.token, token)) refuse(new AppError({ code: 'owner.badToken', message: 'Wrong token for this workspace.' }));
      else {
        greeted = true;
        send({ kind: 'welcome', pid: process.pid });
      }
    } else if (!greeted) socket.destroy();
    else if (frame.kind === 'subscribe') forwardEvents(socket, api);
    else void answer(api, frame).then(send);
  });
  socket.on('close', () => clearTimeout(timer));
}

/** Every call gets exactly one frame back; this never rejects. */
async function answer(api: CoreApi, call: { id: number; method: string; args: readonly unknown[] }): Promise<ServerFrame> {
  try {
    if (!isCoreMethod(call.method)) throw new AppError({ code: 'owner.unknownMethod', message: `No method ${call.method}.` });
    const args = argumentSchemas[call.method].safeParse(call.args);
    if (!args.success) {
      throw new AppError({
        code: 'owner.badArguments',
        message: `Bad arguments for ${call.method}: ${args.error.issues[0]?.message ?? ''}`,
      });
    }
    const invoke = api.call.bind(api) as (method: CoreMethod, ...values: readonly unknown[]) => Promise<unknown>;
    const value = (await invoke(call.method, ...args.data)) as Json | undefined;
    return value === undefined ? { kind: 'reply', id: call.id } : { kind: 'reply', id: call.id, value: value };
  } catch (error) {
    return { kind: 'failed', id: call.id, error: toErrorView(error) };
  }
}

function forwardEvents(socket: Socket, api: CoreApi): void {
  const subscription = api.subscribe((event: CoreEvent) => {
    if (socket.writableLength > CUT_BYTES) socket.destroy();
    else if (event.kind !== 'signal' || socket.writableLength <= SLOW_BYTES) writeLine(socket, { kind: 'event', event });
  });
  socket.on('close', () => subscription.dispose());
}

function sameToken(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function versionMismatch(theirs: number): AppError {
  return new AppError({
    code: 'owner.version',
    message: `This workspace is held by another version of CAS (protocol ${OWNER_PROTOCOL}, yours is ${theirs}). Update both to the same version.`,
  });
}
