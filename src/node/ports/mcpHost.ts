// MCP servers: programs behind the process gate, addresses behind the fetch gate's rules.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult, JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { abortError } from '#base/abort.ts';
import { AppError, isAppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { ScratchFactory } from '#core/ports.ts';
import type { McpConnection, McpHost, McpServer, McpToolInfo } from '#core/toolPorts.ts';
import { connectHttp } from '#node/ports/mcpHttp.ts';
import type { OpenProcess } from '#node/ports/openProcess.ts';
import type { NodeProcessGate } from '#node/ports/processGate.ts';

const CONNECT_TIMEOUT_MS = 20_000;
const MAX_TEXT = 200_000;
const MAX_REASON = 500;
/** Tools that are asked for, over all pages of a list. */
const MAX_TOOLS = 256;
const MAX_PAGES = 16;

export interface McpHostOptions {
  readonly processes: NodeProcessGate;
  /** A server that is a program works in a scratch copy of the workspace. */
  readonly scratch: ScratchFactory;
  /** All addresses of a name. Default: the system's resolver. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const mcpFailed = (server: string, cause: unknown): AppError => {
  const why = (cause instanceof Error ? cause.message : String(cause)).slice(0, MAX_REASON);
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
        await opened.lost(client.connect(opened.transport, limit));
        return connection(server, { client, opened, tools: await listTools(client, opened, limit) });
      } catch (error) {
        const said = await opened.said();
        await client.close();
        await opened.dispose();
        if (signal.aborted) throw abortError();
        throw isAppError(error) ? error : mcpFailed(server.name, said || error);
      }
    },
  };
}

/** All pages, as far as they are of use to anybody. Not the client's own list: it would compile a stranger's schemas of results. */
async function listTools(client: Client, opened: Opened, limit: RequestOptions): Promise<readonly McpToolInfo[]> {
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const tools: McpToolInfo[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES && tools.length < MAX_TOOLS; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const list = await opened.lost(client.request({ method: 'tools/list', params }, ListToolsResultSchema, limit));
    tools.push(...list.tools.map(infoOf));
    cursor = list.nextCursor;
    if (cursor === undefined) break;
  }
  return tools.slice(0, MAX_TOOLS);
}

interface Opened {
  readonly transport: Transport;
  /** Rejects when the way to the server is lost while the work waits for it. */
  readonly lost: <T>(work: Promise<T>) => Promise<T>;
  /** Why it ended, when it did. */
  readonly said: () => Promise<string>;
  /** Before the transport is closed. */
  readonly farewell: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

async function open(options: McpHostOptions, server: McpServer, signal: AbortSignal): Promise<Opened> {
  if (server.kind === 'http') {
    const { transport, lost, farewell } = await connectHttp(server, options.resolve);
    return { transport, lost, farewell, said: () => Promise.resolve(''), dispose: () => Promise.resolve() };
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
    return { transport: lineTransport(program), lost: (work) => work, said, farewell: () => Promise.resolve(), dispose };
  } catch (error) {
    await tree.dispose();
    throw error;
  }
}

function connection(
  server: McpServer,
  { client, opened, tools }: { readonly client: Client; readonly opened: Opened; readonly tools: readonly McpToolInfo[] },
): McpConnection {
  return {
    tools,
    async call(name, args, { signal, timeoutMs }) {
      try {
        const { CallToolResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
        const request = { method: 'tools/call' as const, params: { name, arguments: { ...args } } };
        const result = await opened.lost(client.request(request, CallToolResultSchema, { signal, timeout: timeoutMs }));
        return { text: textOf(result), isError: result.isError === true };
      } catch (error) {
        if (signal.aborted) throw abortError();
        throw isAppError(error) ? error : mcpFailed(server.name, error);
      }
    },
    async close() {
      await opened.farewell();
      await client.close().catch(() => undefined); // It may have ended already: closing is then done.
      await opened.dispose();
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

/** Text parts as they are; what is no text is named. Data without any text are given as JSON. */
function textOf({ content, structuredContent }: CallToolResult): string {
  if (content.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent).slice(0, MAX_TEXT);
  const texts = content.map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'resource') return 'text' in part.resource ? part.resource.text : `[resource ${part.resource.uri}]`;
    if (part.type === 'resource_link') return `[resource ${part.uri}: ${part.name}]`;
    return `[${part.type}, ${part.mimeType}: not shown]`;
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
