// The one way to the web for agents: public addresses only, redirects within one host, bounded in time and size.

import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { abortError } from '#base/abort.ts';
import { isAppError } from '#base/errors.ts';
import type { FetchGate, WebRequest, WebResponse } from '#core/toolPorts.ts';
import { pinnedRequest, webFailed, webRefused } from '#node/ports/pinnedRequest.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_BYTES = 2 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

export interface FetchGateOptions {
  /** All addresses of a name. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export function createFetchGate(options: FetchGateOptions = {}): FetchGate {
  return {
    async fetch(request) {
      const url = URL.parse(request.url);
      if (url === null) throw webRefused(new URL('http://invalid'), 'it is no address');
      const limit = AbortSignal.timeout(request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
      const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
      try {
        return await follow({ ...request, signal }, url, options);
      } catch (error) {
        if (request.signal?.aborted === true) throw abortError();
        if (limit.aborted) throw webFailed(url, new Error(`it took longer than ${request.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms`));
        throw isAppError(error) ? error : webFailed(url, error);
      }
    },
  };
}

async function follow(request: WebRequest & { readonly signal: AbortSignal }, first: URL, options: FetchGateOptions): Promise<WebResponse> {
  const { method = 'GET', headers = {}, body, allowPrivate = false, signal } = request;
  let url = first;
  for (let hop = 0; ; hop += 1) {
    const asked = { 'user-agent': 'CAS', 'accept-encoding': 'gzip, br, deflate', ...headers };
    const response = await pinnedRequest({ url, method, headers: asked, body, allowPrivate, signal, resolve: options.resolve });
    const next = REDIRECTS.has(response.statusCode) ? URL.parse(response.headers.location ?? '', url.href) : null;
    if (next === null) return { ...(await answerOf(response, url, request)), movedTo: null };
    response.destroy();
    if (!staysWithin(first, next) || method !== 'GET')
      return { url: url.href, status: response.statusCode ?? 0, contentType: '', text: '', truncated: false, movedTo: next.href };
    if (hop >= MAX_REDIRECTS) throw webFailed(url, new Error(`more than ${MAX_REDIRECTS} redirects`));
    url = next;
  }
}

/** The same host, never from https back to http. */
function staysWithin(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  if (from.protocol === to.protocol) return from.port === to.port;
  return from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
}

async function answerOf(response: IncomingMessage, url: URL, request: WebRequest): Promise<Omit<WebResponse, 'movedTo'>> {
  const contentType = response.headers['content-type'] ?? '';
  const { bytes, truncated } = await readBody(response, request.maxBytes ?? DEFAULT_BYTES);
  if (bytes.includes(0)) throw webFailed(url, new Error(`the answer (${contentType || 'no content type'}) is not text`));
  return { url: url.href, status: response.statusCode ?? 0, contentType, text: decode(bytes, contentType), truncated };
}

/** Counted after unpacking: a small answer that unpacks to a huge one is cut like any other. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<{ readonly bytes: Buffer; readonly truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of unpacked(response)) {
    const bytes = chunk as Buffer;
    chunks.push(bytes.subarray(0, maxBytes - size));
    size += bytes.length;
    if (size > maxBytes) {
      response.destroy();
      return { bytes: Buffer.concat(chunks), truncated: true };
    }
  }
  return { bytes: Buffer.concat(chunks), truncated: false };
}

export function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
  const unpack =
    encoding === 'gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : encoding === 'deflate' ? createInflate() : null;
  if (unpack === null) return response;
  response.on('error', (error) => unpack.destroy(error));
  response.on('aborted', () => unpack.destroy(new Error('the answer broke off')));
  return response.pipe(unpack);
}

function decode(bytes: Buffer, contentType: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A character set that does not exist: most pages are UTF-8 whatever they say.
    return new TextDecoder('utf-8').decode(bytes);
  }
}
