// An owner with a pretended core behind it, and raw connections to it.

import { type Socket, connect } from 'node:net';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Emitter } from '#base/emitter.ts';
import type { Log } from '#core/ports.ts';
import type { OwnerAddress } from '#node/owner/address.ts';
import { type OwnerLimits, type OwnerServer, serveOwner } from '#node/owner/server.ts';
import type { CoreApi, CoreEvent, CoreMethod } from '#protocol/api.ts';

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface FakeCore {
  readonly api: CoreApi;
  readonly calls: readonly (readonly unknown[])[];
  fire(event: CoreEvent): void;
  readonly listeners: () => number;
}

/** Answers every method with what `answer` gives. */
export function fakeCore(answer: (method: CoreMethod, args: readonly unknown[]) => unknown = () => ({ ok: true })): FakeCore {
  const events = new Emitter<CoreEvent>(() => {});
  const calls: unknown[][] = [];
  let listeners = 0;
  const api = {
    async call(method: CoreMethod, ...args: readonly unknown[]) {
      calls.push([method, ...args]);
      return answer(method, args);
    },
    subscribe(listener: (event: CoreEvent) => void) {
      listeners += 1;
      const own = events.event(listener);
      return {
        dispose() {
          listeners -= 1;
          own.dispose();
        },
      };
    },
    close: async () => {},
    dispose() {},
  } as unknown as CoreApi;
  return { api, calls, fire: (event) => events.fire(event), listeners: () => listeners };
}

export interface Served {
  readonly server: OwnerServer;
  readonly address: OwnerAddress;
  readonly core: FakeCore;
}

export async function served(
  root: string,
  options: { readonly core?: FakeCore; readonly limits?: Partial<OwnerLimits> } = {},
): Promise<Served> {
  const core = options.core ?? fakeCore();
  const server = await serveOwner({ root, api: core.api, log: silentLog, ...(options.limits && { limits: options.limits }) });
  const address = JSON.parse(readFileSync(path.join(root, '.cas', 'owner.json'), 'utf8')) as OwnerAddress;
  return { server, address, core };
}

/** Writes the given text and resolves with all that came back once the other side ends the connection. */
export function exchange(address: OwnerAddress, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address.socket);
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    socket.write(text);
  });
}

/** A greeted connection that reads nothing further. */
export async function deafClient(address: OwnerAddress, frames: readonly object[]): Promise<Socket> {
  const socket = connect(address.socket);
  socket.on('error', () => {}); // being cut off is what is tested
  await new Promise((resolve) => socket.once('connect', resolve));
  for (const frame of frames) socket.write(`${JSON.stringify(frame)}\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}
