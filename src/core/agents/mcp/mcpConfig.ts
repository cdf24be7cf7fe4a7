// `.cas/mcp.json`: the MCP servers of a workspace. Nothing of it counts before a person approved the file as it is.

import { z } from 'zod';
import type { McpServer } from '#core/toolPorts.ts';

/** Relative to the workspace. */
export const MCP_FILE = '.cas/mcp.json';
const MAX_BYTES = 262_144;
const name = z.string().regex(/^[a-zA-Z0-9][\w-]{0,39}$/, 'letters, digits, - and _; at most 40');
const value = z.string().max(4_000);

const serverSchema = z
  .strictObject({
    type: z.enum(['stdio', 'http']).optional(),
    command: z.string().min(1).max(1_000).optional(),
    args: z.array(value).max(100).default([]),
    env: z.record(z.string().regex(/^[A-Za-z_]\w*$/), value).default({}),
    network: z.boolean().default(false),
    url: z.url({ protocol: /^https?$/ }).optional(),
    headers: z.record(z.string().regex(/^[\w-]+$/), value).default({}),
    private: z.boolean().default(false),
    disabled: z.boolean().default(false),
  })
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), 'give either command or url');

const fileSchema = z.object({ mcpServers: z.record(name, serverSchema).optional(), servers: z.record(name, serverSchema).optional() });

export type McpConfig = { readonly ok: true; readonly servers: readonly McpServer[] } | { readonly ok: false; readonly problem: string };

/** `${env:NAME}` in values of `env` and `headers` is left as it is; see `withSecrets`. */
export function parseMcpConfig(text: string): McpConfig {
  if (text.length > MAX_BYTES) return { ok: false, problem: 'it is larger than 256 KiB' };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `it is not JSON: ${(error as Error).message}` };
  }
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, problem: z.prettifyError(parsed.error) };
  const entries = Object.entries({ ...parsed.data.servers, ...parsed.data.mcpServers });
  return { ok: true, servers: entries.filter(([, server]) => !server.disabled).map(([id, server]) => serverOf(id, server)) };
}

function serverOf(id: string, server: z.infer<typeof serverSchema>): McpServer {
  const { command, args, env, network, url, headers, private: isPrivate } = server;
  if (url !== undefined) return { kind: 'http', name: id, url, headers, ...(isPrivate && { private: true }) };
  return { kind: 'stdio', name: id, argv: [command ?? '', ...args], env, network };
}

/** `${env:NAME}` becomes the person's secret or variable of that name; one that is not set becomes nothing. */
export async function withSecrets(server: McpServer, secret: (name: string) => Promise<string | undefined>): Promise<McpServer> {
  const fill = async (values: { readonly [name: string]: string }): Promise<{ readonly [name: string]: string }> => {
    const filled = Object.entries(values).map(async ([key, text]) => {
      let full = text;
      for (const [whole, wanted = ''] of text.matchAll(/\$\{(?:env:)?([A-Za-z_]\w*)\}/g)) {
        const value = (await secret(wanted)) ?? '';
        full = full.replace(whole, () => value); // As a text it would be read as a pattern: `$&`.
      }
      return [key, full] as const;
    });
    return Object.fromEntries(await Promise.all(filled));
  };
  return server.kind === 'http' ? { ...server, headers: await fill(server.headers) } : { ...server, env: await fill(server.env) };
}
