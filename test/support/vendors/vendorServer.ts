// A loopback HTTP server that answers a vendor's streaming endpoint from a script, faults included.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Dialect, Fault, Script, SeenRequest, Turn } from '#test/support/vendors/turn.ts';

export interface VendorServer {
  /** What goes into the vendor's base URL setting. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  /** Connections whose client went away before the answer ended. */
  readonly aborted: () => number;
  /** Replaces the script from the next request on. */
  use(script: Script): void;
  close(): Promise<void>;
}

export async function startVendorServer(dialect: Dialect, basePath: string, script: Script): Promise<VendorServer> {
  const requests: SeenRequest[] = [];
  let current = script;
  let used = 0;
  let aborted = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = request.url ?? '';
    const under = url.startsWith(basePath) ? url.slice(basePath.length) : '';
    const known = typeof dialect.path === 'string' ? under === dialect.path : dialect.path.test(under);
    if (request.method !== 'POST' || !known) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(dialect.errorBody('not_found_error', `no such path: ${request.url}`)));
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const seen: SeenRequest = {
      vendor: dialect.vendor,
      ...dialect.read(body, url),
      headers: request.headers as Record<string, string>,
      body,
      index: requests.length,
    };
    requests.push(seen);
    const refusal = dialect.refuse(body);
    if (refusal !== null) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(dialect.errorBody('invalid_request_error', refusal)));
      return;
    }
    await send(dialect, nextTurn(seen), seen.model, response);
  }

  function nextTurn(seen: SeenRequest): Turn {
    if (typeof current === 'function') return current(seen);
    const turn = current[Math.min(used, current.length - 1)];
    used += 1;
    if (turn === undefined) throw new Error('the script is empty');
    return turn;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${basePath}`,
    requests,
    aborted: () => aborted,
    use(script) {
      current = script;
      used = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(dialect: Dialect, turn: Turn, model: string, response: ServerResponse): Promise<void> {
  const fault = turn.fault;
  if (fault?.kind === 'noHeaders') return;
  if (fault?.kind === 'dropped') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (fault !== undefined && sendWhole(dialect, fault, response)) return;
  const type = fault?.kind === 'contentType' ? fault.type : 'text/event-stream; charset=utf-8';
  const encoding = fault?.kind === 'gzipCut' ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', ...encoding });
  response.flushHeaders();
  if (fault?.kind === 'noBody') return;
  const frames = dialect.frames(turn, model);
  if (fault?.kind === 'paced') {
    await sendPaced(frames, fault.everyMs, response);
    return;
  }
  if (fault !== undefined && (await sendInPieces(Buffer.from(frames.join('')), fault, response))) return;
  if (fault === undefined || fault.kind === 'cutToolJson' || fault.kind === 'contentType') {
    response.end(frames.join(''));
    return;
  }
  const half = frames.slice(0, Math.ceil(frames.length / 2)).join('');
  response.write(half, () => {
    if (fault.kind === 'malformed')
      response.end(
        `${dialect.vendor === 'anthropic' ? 'event: content_block_delta\n' : ''}data: {"broken": \n\n${frames.slice(Math.ceil(frames.length / 2)).join('')}`,
      );
    else if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    else if (fault.kind === 'endEarly') response.end();
    else if (fault.kind === 'errorEvent') response.end(dialect.errorFrame(fault.type));
  });
}

async function sendPaced(frames: readonly string[], everyMs: number, response: ServerResponse): Promise<void> {
  for (const frame of frames) {
    if (response.destroyed) return;
    response.write(frame);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  response.end();
}

async function sendInPieces(bytes: Buffer, fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'cutAt':
      response.end(bytes.subarray(0, fault.bytes));
      return true;
    case 'gzipCut': {
      const packed = gzipSync(bytes);
      response.end(packed.subarray(0, packed.length >> 1));
      return true;
    }
    case 'drip': {
      const timer = setInterval(() => response.write(': still here\n\n'), fault.everyMs);
      response.on('close', () => clearInterval(timer));
      return true;
    }
    case 'trickle':
      for (let at = 0; at < bytes.length; at += fault.bytes) {
        await new Promise<void>((resolve) => response.write(bytes.subarray(at, at + fault.bytes), () => setImmediate(resolve)));
      }
      response.end();
      return true;
    case 'keepAlive':
      for (let sent = 0; sent < fault.times && !response.destroyed; sent += 1) {
        response.write(': keep-alive\n\n');
        await new Promise((resolve) => setTimeout(resolve, fault.everyMs));
      }
      response.end(bytes);
      return true;
    default:
      return false;
  }
}

function sendWhole(dialect: Dialect, fault: Fault, response: ServerResponse): boolean {
  switch (fault.kind) {
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      response.end(JSON.stringify(dialect.errorBody(fault.type ?? '', fault.message ?? 'scripted failure')));
      return true;
    case 'errorBody':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(dialect.errorBody(fault.type, 'scripted failure')));
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Sign in to continue</body></html>');
      return true;
    default:
      return false;
  }
}
