// The way to an MCP server at an address: one origin, checked addresses, bounded answers, and an end that is noticed.

import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { McpServer } from '#core/toolPorts.ts';
import { isPlainPlace } from '#node/ports/addressRules.ts';
import { unpacked } from '#node/ports/fetchGate.ts';
import { type PinnedRequest, pinnedRequest } from '#node/ports/pinnedRequest.ts';

/** Ms for an answer to begin where the protocol sets no limit of its own. */
const ANSWER_MS = 20_000;
/** Bytes of one answer, unpacked. */
const MAX_ANSWER = 8 * 1024 * 1024;
const FAREWELL_MS = 2_000;

type HttpServer = Extract<McpServer, { readonly kind: 'http' }>;

export interface HttpConnection {
  readonly transport: StreamableHTTPClientTransport;
  /** Rejects as soon as an answer breaks off and cannot be resumed: the protocol alone would wait for its time limit. */
  readonly lost: <T>(work: Promise<T>) => Promise<T>;
  /** Tells the server that its session is over; one that does not listen is left alone. */
  readonly farewell: () => Promise<void>;
}

export async function connectHttp(server: HttpServer, resolve: PinnedRequest['resolve']): Promise<HttpConnection> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const waiting = new Set<(error: Error) => void>();
  const answered = new Set<unknown>();
  const ended = (id: unknown, why: string): void => {
    // What was read is still on its way to whoever waits for it; only who waits after that has lost.
    const settle = (): void => {
      if (!answered.delete(id)) for (const reject of waiting) reject(new Error(why));
    };
    setImmediate(() => setImmediate(settle));
  };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), {
    fetch: originFetch({ server, resolve, ended }),
    requestInit: { headers: { ...server.headers } },
  });
  transport.onmessage = (message) => void ('id' in message && !('method' in message) && answered.add(message.id));
  return {
    transport,
    lost: (work) =>
      new Promise((resolve, reject) => {
        waiting.add(reject);
        work.then(resolve, reject).finally(() => waiting.delete(reject));
      }),
    async farewell() {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_MS).unref());
      // A server that is gone has no session to end.
      await Promise.race([transport.terminateSession().catch(() => undefined), limit]);
    },
  };
}

/** An address of this machine or its network is fine where a person saw it when approving the file, not behind a name. */
function mayBePrivate({ url, private: told }: HttpServer): boolean {
  return told === true || isPlainPlace(new URL(url).hostname);
}

/** A fetch that goes to one origin alone, which a person approved; never to a cloud's metadata. */
function originFetch(options: {
  readonly server: HttpServer;
  readonly resolve: PinnedRequest['resolve'];
  /** An answer to the request of that id has ended. */
  readonly ended: (id: unknown, why: string) => void;
}): FetchLike {
  const { server, resolve, ended } = options;
  const { origin } = new URL(server.url);
  const allowPrivate = mayBePrivate(server);
  return async (input, init) => {
    const url = new URL(input);
    if (url.origin !== origin) throw new TypeError(`${url.origin} is not the server's own address`);
    const headers = new Headers(init?.headers);
    // What a server says unasked is of no use here; only an answer that broke off is taken up again.
    if (init?.method === 'GET' && !headers.has('last-event-id')) return new Response(null, { status: 405 });
    const signal = init?.signal ?? AbortSignal.timeout(ANSWER_MS);
    const body = typeof init?.body === 'string' ? init.body : undefined;
    const asked = { 'accept-encoding': 'gzip, br, deflate', ...Object.fromEntries(headers.entries()) };
    const response = await pinnedRequest({ url, method: init?.method ?? 'GET', headers: asked, body, allowPrivate, signal, resolve });
    const status = response.statusCode ?? 502;
    const shown = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined && name !== 'content-encoding') shown.set(name, String(value));
    if (status === 204 || status === 205 || status === 304) {
      response.resume();
      return new Response(null, { status, headers: shown });
    }
    const streams = body !== undefined && shown.get('content-type')?.startsWith('text/event-stream') === true;
    const { id } = streams ? (JSON.parse(body) as { readonly id?: unknown }) : {};
    const answer = bounded(unpacked(response), (why) => (id === undefined ? undefined : ended(id, why)));
    return new Response(ReadableStream.from(answer), { status, headers: shown });
  };
}

/** The bytes, up to the limit. `ended` is told why there is no more of an answer that carries nothing to resume it by. */
async function* bounded(source: AsyncIterable<Uint8Array>, ended: (why: string) => void): AsyncGenerator<Uint8Array> {
  let size = 0;
  let lineBegins = '\n';
  let resumable = false;
  let why = 'it broke off its answer';
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > MAX_ANSWER) throw new Error(`its answer is larger than ${MAX_ANSWER} bytes`);
      const text = lineBegins + Buffer.from(chunk).toString('latin1');
      resumable ||= /[\r\n]id:/.test(text);
      lineBegins = text.slice(-3);
      yield chunk;
    }
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
    if (size > MAX_ANSWER) resumable = false;
    throw error;
  } finally {
    if (!resumable) ended(why);
  }
}
