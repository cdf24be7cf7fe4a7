// An attached process's side: a CoreApi whose every call crosses the owner's socket.

import { connect, type Socket } from 'node:net';
import { toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { AppError, fromErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { Log } from '#core/ports.ts';
import type { OwnerAddress } from '#node/owner/address.ts';
import { readLines, writeLine } from '#node/owner/lines.ts';
import type { CoreApi, CoreEvent, CoreMethod, WorkspaceInfo } from '#protocol/api.ts';
import { type ClientFrame, OWNER_PROTOCOL, type ServerFrame, serverFrameSchema } from '#protocol/ownerFrames.ts';

export const ownerGone = (): AppError =>
  new AppError({ code: 'owner.gone', message: 'The process that held this workspace has ended.', retryable: true });

export interface OwnerConnection {
  readonly api: CoreApi;
  /** Resolves once, when the connection has ended for whatever reason. */
  readonly closed: Promise<void>;
}

export interface ConnectOptions {
  readonly address: OwnerAddress;
  readonly log: Log;
  /** How long the owner may take to say welcome, in ms; a stopped process still accepts connections. Default 5,000. */
  readonly welcomeMs?: number;
}

/** Rejects with `owner.gone` when nobody listens or answers there, or with the owner's refusal. */
export async function connectOwner({ address, log, welcomeMs = 5_000 }: ConnectOptions): Promise<OwnerConnection> {
  const socket = connect(address.socket);
  const link = new OwnerLink(socket, log);
  const timer = setTimeout(() => socket.destroy(), welcomeMs);
  try {
    await link.greet(address.token);
  } finally {
    clearTimeout(timer);
  }
  return { api: link, closed: link.closed };
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

class OwnerLink implements CoreApi {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #events: Emitter<CoreEvent>;
  #nextId = 1;
  #subscribed = false;
  #greeting: Pending | null = null;

  constructor(socket: Socket, log: Log) {
    this.#socket = socket;
    this.#events = new Emitter((error) => log.error('a listener of owner events failed', {}, error));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#failAll();
        resolve();
      });
    });
    socket.on('error', (error) => log.debug('owner connection', { reason: error.message }));
    readLines(socket, (value) => {
      const frame = serverFrameSchema.safeParse(value);
      if (frame.success) this.#receive(frame.data);
      else socket.destroy(new Error('The owner sent a frame that is not understood.'));
    });
  }

  greet(token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#greeting = { resolve: () => resolve(), reject };
      this.#socket.once('connect', () => this.#send({ kind: 'hello', protocol: OWNER_PROTOCOL, token }));
    });
  }

  call = ((method: CoreMethod, ...args: readonly unknown[]): Promise<unknown> => {
    if (this.#socket.destroyed) return Promise.reject(ownerGone());
    const reply = new Promise<unknown>((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#send({ kind: 'call', id, method, args: withoutTrailing(args) });
    });
    return method === 'workspace.info' ? reply.then((info) => ({ ...(info as WorkspaceInfo), role: 'attached' })) : reply;
  }) as CoreApi['call'];

  subscribe(listener: (event: CoreEvent) => void): ReturnType<CoreApi['subscribe']> {
    if (!this.#subscribed) {
      this.#subscribed = true;
      this.#send({ kind: 'subscribe' });
    }
    const own = this.#events.event(listener);
    return toDisposable(() => own.dispose());
  }

  async close(): Promise<void> {
    this.dispose();
    await this.closed;
  }

  dispose(): void {
    this.#socket.destroy();
    this.#events.dispose();
  }

  #send(frame: ClientFrame): void {
    writeLine(this.#socket, frame);
  }

  #receive(frame: ServerFrame): void {
    switch (frame.kind) {
      case 'welcome':
        this.#greeting?.resolve(undefined);
        this.#greeting = null;
        return;
      case 'refused':
        this.#greeting?.reject(fromErrorView(frame.error));
        this.#greeting = null;
        return;
      case 'event':
        this.#events.fire(frame.event as unknown as CoreEvent);
        return;
      case 'reply':
        this.#take(frame.id)?.resolve(frame.value);
        return;
      case 'failed':
        this.#take(frame.id)?.reject(fromErrorView(frame.error));
        return;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #failAll(): void {
    this.#greeting?.reject(ownerGone());
    this.#greeting = null;
    for (const pending of this.#pending.values()) pending.reject(ownerGone());
    this.#pending.clear();
  }
}

/** JSON would make null of what is left out at the end. */
function withoutTrailing(args: readonly unknown[]): readonly Json[] {
  return args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1) as readonly Json[];
}
