// A loopback endpoint that answers with bytes as given: for what a single vendor or server does and no other.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface RawBytes {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}
export type RawAnswer = RawBytes | ((body: Record<string, unknown>) => RawBytes);

export async function startRawServer(answer: RawAnswer): Promise<{ readonly url: string; readonly server: RawServer }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      const { status, type, body: text } = typeof answer === 'function' ? answer(body) : answer;
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server: { close } };
}

export interface RawServer {
  close(): Promise<void>;
}
