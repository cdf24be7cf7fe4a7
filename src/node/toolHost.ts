// Everything agents' tools need of this machine, put together.

import path from 'node:path';
import type { ScratchFactory } from '#core/ports.ts';
import type { ApprovalHost, CodeIntelligence, ToolHost, WebSearchSettings } from '#core/toolPorts.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createFetchGate } from '#node/ports/fetchGate.ts';
import { createMcpHost } from '#node/ports/mcpHost.ts';
import type { NodeProcessGate } from '#node/ports/processGate.ts';
import { createRipgrep } from '#node/ports/ripgrep.ts';
import { createTrustFile, memoryTrust } from '#node/ports/trustFile.ts';

/** What differs between the editor and the command line. */
export interface ToolOptions {
  readonly approvals: ApprovalHost;
  /** Hosts that may be fetched from without asking, and where the web is searched. Read anew at each use. */
  readonly web: () => { readonly allow: readonly string[]; readonly search: WebSearchSettings | null };
  readonly code?: CodeIntelligence;
  /** Absolute path of ripgrep, where the host ships it. */
  readonly ripgrep?: string | undefined;
}

export const nobodyThere: ToolOptions = {
  approvals: { canAsk: () => false, allowed: () => new Set(), howToAllow: (allowance) => `allow ${allowance} in the host` },
  web: () => ({ allow: [], search: null }),
};

export interface ToolHostPorts {
  /** A real path. */
  readonly root: string;
  readonly distDir: string;
  readonly processes: NodeProcessGate;
  readonly scratch: ScratchFactory;
  /** True: nothing is left behind. */
  readonly memory: boolean;
}

export function createToolHost(options: ToolOptions, ports: ToolHostPorts): ToolHost {
  const { root, distDir, processes, scratch, memory } = ports;
  const trust = createTrustFile(root);
  return {
    approvals: options.approvals,
    web: createFetchGate(),
    sieve: createRipgrep({ program: options.ripgrep }),
    code: options.code ?? null,
    mcp: createMcpHost({ processes, scratch }),
    trust: memory ? memoryTrust(trust) : trust,
    grammarsDir: path.join(distDir, 'vendor', 'grammars'),
    own: nodeOwnFiles,
    settings() {
      const { allow, search } = options.web();
      return { webAllow: allow, webSearch: search };
    },
  };
}

/** From `CAS_WEB_ALLOW` (hosts, separated by commas) and `CAS_WEB_SEARCH_URL`. */
export function webFromEnvironment(env: NodeJS.ProcessEnv): ReturnType<ToolOptions['web']> {
  const url = URL.parse(env['CAS_WEB_SEARCH_URL'] ?? '');
  const allow = (env['CAS_WEB_ALLOW'] ?? '').split(',').map((host) => host.trim());
  return { allow: allow.filter((host) => host !== ''), search: url === null ? null : { url: url.href } };
}
