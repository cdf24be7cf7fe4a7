// The owner's side: other windows and the command line do everything through this socket.

import { timingSafeEqual } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { AppError, toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { Log } from '#core/ports.ts';
import { newSocketPath, newToken, type OwnerAddress, publishAddress, withdrawAddress } from '#node/owner/address.ts';
import { readLines, writeLine } from '#node/owner/lines.ts';
import type { CoreApi, CoreEvent, CoreMethod } from '#protocol/api.ts';
import { argumentSchemas, isCoreMethod } from '#protocol/apiSchemas.ts';
import { type ClientFrame, clientFrameSchema, MAX_FRAME_CHARS, OWNER_PROTOCOL, type ServerFrame } from '#protocol/ownerFrames.ts';

export interface OwnerLimits {
  /** Unsent bytes above which a client gets no more live signals. */
  readonly slowBytes: number;
  /** Unsent bytes above which a client is cut off; it connects again and asks for what is new. */
  readonly cutBytes: number;
  /** How long a connection may stay without the token, in ms. */
  readonly helloMs: number;
  /** The longest frame before the token was seen, in UTF-16 code units. */
  readonly helloChars: number;
}

/** How long a last answer may take to leave when the owner stops. */
const FLUSH_MS = 1_000;

const LIMITS: OwnerLimits = { slowBytes: 4 * 1024 * 1024, cutBytes: 64 * 1024 * 1024, helloMs: 5_000, helloChars: 4_096 };

export interface OwnerOptions {
  readonly root: string;
  readonly api: CoreApi;
  readonly log: Log;
  readonly limits?: Partial<OwnerLimits>;
}

export interface OwnerServer {
  close(): Promise<void>;
}

/** Listens and publishes the address; resolves when others can attach. Throws `owner.*`, and then nothing listens. */
export async function serveOwner(options: OwnerOptions): Promise<OwnerServer> {
  const { root, api, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const address: OwnerAddress = { pid: process.pid, socket: await newSocketPath(root), token: newToken(), protocol: OWNER_PROTOCOL };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', (error) => log.debug('owner: a client connection ended', { reason: error.message }));
    serveClient(socket, { token: address.token, api, limits });
  });
  const stop = async (): Promise<void> => {
    // What was written reaches those who read it; who does not is not waited for.
    for (const socket of sockets) socket.destroySoon();
    const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), FLUSH_MS);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    clearTimeout(cut);
    if (process.platform !== 'win32') await rm(address.socket, { force: true });
  };
  await listen(server, address.socket);
  server.on('error', (error) => log.warn('owner: a client was not let in', { reason: error.message }));
  try {
    await publishAddress(root, address);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async close() {
      // An address that stays leads nowhere: the next owner writes its own over it.
      await withdrawAddress(root, address).catch((error: unknown) => log.warn('owner: the address stays', { reason: String(error) }));
      await stop();
    },
  };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new AppError({ code: 'owner.listenFailed', message: `CAS cannot listen on ${socketPath}: ${error.message}`, cause: error })),
    );
    server.listen(socketPath, resolve);
  });
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
}

interface ClientOptions {
  readonly token: string;
  readonly api: CoreApi;
  readonly limits: OwnerLimits;
}

function serveClient(socket: Socket, { token, api, limits }: ClientOptions): void {
  let greeted = false;
  let subscribed = false;
  const timer = setTimeout(() => socket.destroy(), limits.helloMs);
  socket.on('close', () => clearTimeout(timer));
  const send = (frame: ServerFrame): void => writeLine(socket, frame);
  const refuse = (error: AppError): void => {
    send({ kind: 'refused', error: toErrorView(error) });
    socket.end();
  };
  const greet = (frame: Extract<ClientFrame, { kind: 'hello' }>): void => {
    clearTimeout(timer);
    if (frame.protocol !== OWNER_PROTOCOL) return refuse(versionMismatch(frame.protocol));
    if (!sameToken(frame.token, token)) return refuse(badToken());
    greeted = true;
    lines.limit(MAX_FRAME_CHARS);
    send({ kind: 'welcome', pid: process.pid });
  };
  const lines = readLines(socket, (value) => {
    const parsed = clientFrameSchema.safeParse(value);
    if (!parsed.success) return refuse(badFrame());
    const frame = parsed.data;
    if (frame.kind === 'hello') return greet(frame);
    if (!greeted) return refuse(badToken());
    if (frame.kind === 'call') void answer(api, frame).then(send);
    else if (!subscribed) {
      subscribed = true;
      forwardEvents(socket, api, limits);
    }
  });
  lines.limit(limits.helloChars);
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

function forwardEvents(socket: Socket, api: CoreApi, { slowBytes, cutBytes }: OwnerLimits): void {
  const subscription = api.subscribe((event: CoreEvent) => {
    if (socket.writableLength > cutBytes) socket.destroy();
    else if (event.kind !== 'signal' || socket.writableLength <= slowBytes) writeLine(socket, { kind: 'event', event });
  });
  socket.on('close', () => subscription.dispose());
}

function sameToken(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

const badToken = (): AppError => new AppError({ code: 'owner.badToken', message: 'Wrong token for this workspace.' });

const badFrame = (): AppError => new AppError({ code: 'owner.badFrame', message: 'The owner received a frame it does not understand.' });

function versionMismatch(theirs: number): AppError {
  return new AppError({
    code: 'owner.version',
    message: `This workspace is held by another version of CAS (protocol ${OWNER_PROTOCOL}, yours is ${theirs}). Update both to the same version.`,
  });
}
