// One HTTP request to one checked address: the name is resolved once, and the connection goes to what was checked.

import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '#base/errors.ts';
import { addressProblem } from '#node/ports/addressRules.ts';

export interface PinnedRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
  /** Default: the system's. All addresses of a name. */
  readonly resolve?: ((host: string) => Promise<readonly string[]>) | undefined;
}

export const webRefused = (url: URL, why: string): AppError =>
  new AppError({ code: 'web.refused', message: `${url.origin} is not fetched: ${why}.`, details: { origin: url.origin, why } });

export const webFailed = (url: URL, cause: unknown): AppError => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError({
    code: 'web.failed',
    message: `${url.origin} could not be fetched: ${why}.`,
    retryable: true,
    details: { why },
    cause,
  });
};

/** Resolves with the response, its body unread. Throws `web.refused`, `web.failed`; what the signal aborts rejects with its reason. */
export async function pinnedRequest(request: PinnedRequest): Promise<IncomingMessage> {
  const { url, signal } = request;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw webRefused(url, `${url.protocol} is neither http nor https`);
  if (url.username !== '' || url.password !== '') throw webRefused(url, 'it carries a user name or password');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (port < 1024 && port !== 80 && port !== 443) throw webRefused(url, `port ${port} speaks another protocol`);
  const address = await checkedAddress(request);
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, { method: request.method, headers: request.headers, lookup: pinned(address), agent: false, signal });
    sent.on('response', resolve);
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : webFailed(url, error)));
    sent.end(request.body);
  });
}

/** A name all of whose addresses are allowed gives the first: one bad address among them is how rebinding begins. */
async function checkedAddress({ url, allowPrivate, resolve = resolveAll }: PinnedRequest): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) > 0 ? [host] : await resolve(host).catch((error: unknown) => Promise.reject(webFailed(url, error)));
  const [first] = addresses;
  if (first === undefined) throw webFailed(url, new Error('the name has no address'));
  for (const address of addresses) {
    const problem = addressProblem(address, { allowPrivate });
    if (problem !== null) throw webRefused(url, `${host === address ? '' : `${host} is ${address}, and `}${problem}`);
  }
  return first;
}

async function resolveAll(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

function pinned(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
