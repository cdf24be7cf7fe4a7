// An MCP server of the tests at an address of this machine, built on the SDK: sessions, event streams, and ways to misbehave.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  InitializeRequestSchema,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** What a tool of the server is, as it describes it. */
export interface ServedTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: { readonly type: 'object'; readonly [key: string]: unknown };
  readonly outputSchema?: { readonly type: 'object'; readonly [key: string]: unknown };
}

export interface McpHttpOptions {
  /** What it asks for in `authorization`; absent: nothing. */
  readonly token?: string;
  /** Read at each listing. */
  readonly tools?: () => readonly ServedTool[];
  /** Tools on one page of the list. Default: all. */
  readonly perPage?: number;
  /** Answers a call; what it throws is the error. */
  readonly answer?: (name: string) => string | CallToolResult | Promise<string | CallToolResult>;
  /** Answers in JSON, not in a stream. */
  readonly json?: boolean;
  /** Takes over a request with this method (empty: a GET) and id; returns true when it did. */
  readonly intercept?: (method: string, response: ServerResponse, id: unknown) => boolean;
}

export interface McpHttpServer {
  readonly url: string;
  /** `POST tools/call`, `DELETE`, … with the session and the authorization that came along. */
  readonly seen: { readonly what: string; readonly session: string | undefined; readonly authorization: string | undefined }[];
  /** Breaks all connections. */
  readonly breakOff: () => void;
  readonly close: () => Promise<void>;
}

export async function startMcpHttpServer(options: McpHttpOptions = {}): Promise<McpHttpServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const sockets = new Set<Socket>();
  const seen: McpHttpServer['seen'] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body: unknown = request.method === 'POST' ? JSON.parse(await bodyOf(request)) : undefined;
    const { method = '', id } = (body ?? {}) as { method?: string; id?: unknown };
    const session = request.headers['mcp-session-id'] as string | undefined;
    seen.push({ what: `${request.method} ${method}`.trim(), session, authorization: request.headers.authorization });
    if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`)
      return void response.writeHead(401).end(`who are you? you said ${request.headers.authorization}`);
    if (options.intercept?.(method, response, id) === true) return;
    const known = session === undefined ? undefined : sessions.get(session);
    if (known !== undefined) return known.handleRequest(request, response, body);
    if (!InitializeRequestSchema.safeParse(body).success) return void response.writeHead(404).end('no such session');
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      enableJsonResponse: options.json === true,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await serverOf(options).connect(transport);
    return transport.handleRequest(request, response, body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.on('connection', (socket) => void sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const breakOff = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    breakOff,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakOff();
      }),
  };
}

function serverOf({ tools = () => [{ name: 'hello' }], perPage = Infinity, answer }: McpHttpOptions): Server {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const all = tools().map((tool) => ({ inputSchema: { type: 'object' as const }, ...tool }));
    const page = all.slice(from, from + perPage);
    return { tools: page, ...(from + perPage < all.length && { nextCursor: String(from + perPage) }) };
  });
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const said = (await answer?.(params.name)) ?? 'hello';
    return typeof said === 'string' ? { content: [{ type: 'text', text: said }] } : said;
  });
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** A small answer that unpacks to `sizeBytes`. */
export function bomb(response: ServerResponse, sizeBytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(sizeBytes, 32)));
}
