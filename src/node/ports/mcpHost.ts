// MCP servers: programs behind the process gate, addresses behind the fetch gate's rules.

import { Readable } from 'node:stream';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { FetchLike, Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { abortError } from '#base/abort.ts';
import { AppError, isAppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { ScratchFactory } from '#core/ports.ts';
import type { McpConnection, McpHost, McpServer, McpToolInfo } from '#core/toolPorts.ts';
import { unpacked } from '#node/ports/fetchGate.ts';
import type { OpenProcess } from '#node/ports/openProcess.ts';
import { pinnedRequest } from '#node/ports/pinnedRequest.ts';
import type { NodeProcessGate } from '#node/ports/processGate.ts';

const CONNECT_TIMEOUT_MS = 20_000;
const MAX_TEXT = 200_000;

export interface McpHostOptions {
  readonly processes: NodeProcessGate;
  /** A server that is a program works in a scratch copy of the workspace. */
  readonly scratch: ScratchFactory;
}

const mcpFailed = (server: string, cause: unknown): AppError => {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AppError({ code: 'mcp.failed', message: `The MCP server ${server} failed: ${why}`, details: { server }, cause });
};

export function createMcpHost(options: McpHostOptions): McpHost {
  return {
    async connect(server, { signal }) {
      // Loaded when the first server is used: most workspaces have none.
      const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
      const client = new Client({ name: 'cas', version: '1' }, { capabilities: {} });
      const opened = await open(options, server, signal);
      const limit = { signal, timeout: CONNECT_TIMEOUT_MS };
      try {
        await client.connect(opened.transport, limit);
        const { tools } = await client.listTools({}, limit);
        return connection(server, client, tools.map(infoOf), opened.dispose);
      } catch (error) {
        await client.close();
        await opened.dispose();
        if (signal.aborted) throw abortError();
        throw isAppError(error) ? error : mcpFailed(server.name, (await opened.said()) || error);
      }
    },
  };
}

interface Opened {
  readonly transport: Transport;
  /** Why it ended, when it did. */
  readonly said: () => Promise<string>;
  readonly dispose: () => Promise<void>;
}

async function open(options: McpHostOptions, server: McpServer, signal: AbortSignal): Promise<Opened> {
  if (server.kind === 'http') {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      fetch: originFetch(new URL(server.url)),
      requestInit: { headers: { ...server.headers } },
    });
    return { transport, said: () => Promise.resolve(''), dispose: () => Promise.resolve() };
  }
  const tree = await options.scratch.create({ signal });
  try {
    const { argv, env, network } = server;
    const program = await options.processes.open({ argv, cwd: tree.root, env, network, readOnly: tree.readOnly, signal });
    const said = (): Promise<string> => Promise.race([program.ended, new Promise<string>((resolve) => setTimeout(resolve, 50, ''))]);
    const dispose = async (): Promise<void> => {
      await program.close();
      await tree.dispose();
    };
    return { transport: lineTransport(program), said, dispose };
  } catch (error) {
    await tree.dispose();
    throw error;
  }
}

function connection(server: McpServer, client: Client, tools: readonly McpToolInfo[], dispose: () => Promise<void>): McpConnection {
  return {
    tools,
    async call(name, args, { signal, timeoutMs }) {
      try {
        const result = await client.callTool({ name, arguments: { ...args } }, undefined, { signal, timeout: timeoutMs });
        return { text: textOf(result.content), isError: result.isError === true };
      } catch (error) {
        if (signal.aborted) throw abortError();
        throw isAppError(error) ? error : mcpFailed(server.name, error);
      }
    },
    async close() {
      await client.close().catch(() => undefined); // It may have ended already: closing is then done.
      await dispose();
    },
  };
}

function infoOf(tool: {
  name: string;
  description?: string | undefined;
  inputSchema: object;
  annotations?: { readOnlyHint?: boolean | undefined } | undefined;
}): McpToolInfo {
  return {
    name: tool.name,
    description: tool.description ?? '',
    inputSchema: tool.inputSchema as JsonObject,
    readOnlyHint: tool.annotations?.readOnlyHint === true,
  };
}

/** Text parts as they are; what is no text is named. */
function textOf(content: unknown): string {
  const parts = Array.isArray(content)
    ? (content as { type?: string; text?: string; mimeType?: string; resource?: { text?: string; uri?: string } }[])
    : [];
  const texts = parts.map(({ type, text, mimeType, resource }) => {
    if (type === 'text') return text ?? '';
    if (type === 'resource') return resource?.text ?? `[resource ${resource?.uri ?? ''}]`;
    return `[${type ?? 'part'}${mimeType === undefined ? '' : `, ${mimeType}`}: not shown]`;
  });
  return texts.join('\n').slice(0, MAX_TEXT);
}

/** JSON-RPC, one message a line, over a program's streams. */
function lineTransport(program: OpenProcess): Transport {
  const transport: Transport = {
    start() {
      program.onLine((line) => {
        try {
          transport.onmessage?.(JSON.parse(line) as JSONRPCMessage);
        } catch (error) {
          transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
        }
      });
      program.ended.then(
        () => transport.onclose?.(),
        () => transport.onclose?.(),
      );
      return Promise.resolve();
    },
    send: (message) => program.write(JSON.stringify(message)),
    close: () => program.close(),
  };
  return transport;
}

/** A fetch that goes to one origin alone, which a person approved; it may be on this machine, never a cloud's metadata. */
function originFetch(origin: URL): FetchLike {
  return async (input, init) => {
    const url = new URL(input);
    if (url.origin !== origin.origin) throw new TypeError(`${url.origin} is not the server's own address`);
    const headers = Object.fromEntries(new Headers(init?.headers).entries());
    const signal = init?.signal ?? AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    const body = typeof init?.body === 'string' ? init.body : undefined;
    const response = await pinnedRequest({ url, method: init?.method ?? 'GET', headers, body, allowPrivate: true, signal });
    const status = response.statusCode ?? 502;
    const shown = new Headers();
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined && name !== 'content-encoding') shown.set(name, String(value));
    const empty = status === 204 || status === 205 || status === 304;
    if (empty) response.resume();
    return new Response(empty ? null : (Readable.toWeb(unpacked(response)) as ReadableStream), { status, headers: shown });
  };
}
