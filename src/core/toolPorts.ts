// What a host supplies for agents' tools: approvals, the web, ripgrep, an editor's knowledge of code, and MCP servers.

import type { Allowance } from '#protocol/allowance.ts';
import type { JsonObject } from '#base/json.ts';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';

/** Who can be asked, and what was allowed beforehand. Asked anew before each action. */
export interface ApprovalHost {
  /** False: nobody is there to answer, so what is not allowed already is refused. */
  canAsk(): boolean;
  /** By a flag, or by a setting of the person (never of the workspace). */
  allowed(): ReadonlySet<Allowance>;
  /** How a person allows it beforehand, in this host's words: "pass --allow network". */
  howToAllow(allowance: Allowance): string;
}

export interface WebRequest {
  readonly url: string;
  /** Default GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  /** For the whole of it. Default 20,000. */
  readonly timeoutMs?: number;
  /** Bytes of the body that are read; the rest is cut. Default 2 MiB. */
  readonly maxBytes?: number;
  /** An address of this machine or its network is allowed: only for what a person configured. Default false. */
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

export interface WebResponse {
  /** After redirects within the same host. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly truncated: boolean;
  /** Where a redirect to another host pointed, which was not followed; null: none. */
  readonly movedTo: string | null;
}

/**
 * The fetch gate. Names are resolved once and the connection goes to exactly the address that was checked; private,
 * link-local and metadata addresses are refused, at every redirect anew. Throws `web.refused`, `web.failed`, or AbortError.
 */
export interface FetchGate {
  fetch(request: WebRequest): Promise<WebResponse>;
}

/** A fast search program that leaves out files that cannot hold a match. */
export interface TextSieve {
  /**
   * Files that may hold a line that matches: none of `paths` (relative to `root`) that does is left out, except files above
   * `maxBytes`; others may be among them. Null for a pattern it reads differently from CAS's own search. Aborts with AbortError.
   */
  sift(request: {
    readonly root: string;
    readonly pattern: string;
    readonly literal: boolean;
    readonly ignoreCase: boolean;
    readonly paths: readonly string[];
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  }): Promise<ReadonlySet<string> | null>;
}

export interface CodePlace {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface CodeSymbol extends CodePlace {
  readonly name: string;
  readonly kind: string;
  readonly endLine: number;
  /** The symbol it stands in. */
  readonly container: string | null;
}

export interface CodeProblem extends CodePlace {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  readonly source: string;
}

/** What knows the code: an editor's language services, or syntax trees. Null: this one does not serve that (for this file). */
export interface CodeIntelligence {
  /** For people: "the editor", "syntax trees". */
  readonly name: string;
  /** Of one file, or of all whose name fits `query`. */
  symbols(request: {
    readonly path?: string;
    readonly query?: string;
    readonly signal: AbortSignal;
  }): Promise<readonly CodeSymbol[] | null>;
  definitions(at: CodePlace & { readonly name: string; readonly signal: AbortSignal }): Promise<readonly CodePlace[] | null>;
  references(at: CodePlace & { readonly name: string; readonly signal: AbortSignal }): Promise<readonly CodePlace[] | null>;
  diagnostics(request: { readonly path: string; readonly signal: AbortSignal }): Promise<readonly CodeProblem[] | null>;
  /** Titles of what could be done at that line. */
  actions(at: { readonly path: string; readonly line: number; readonly signal: AbortSignal }): Promise<readonly string[] | null>;
}

/** A server of `.cas/mcp.json`. */
export type McpServer =
  | {
      readonly kind: 'stdio';
      readonly name: string;
      readonly argv: readonly [string, ...string[]];
      readonly env: { readonly [name: string]: string };
      readonly network: boolean;
    }
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly url: string;
      readonly headers: { readonly [name: string]: string };
      /** Its name may lead to this machine or its network. Default: only an address or `localhost` may. */
      readonly private?: boolean;
    };

export interface McpToolInfo {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  /** What the server says of itself, which proves nothing. */
  readonly readOnlyHint: boolean;
}

export interface McpConnection {
  readonly tools: readonly McpToolInfo[];
  /** Text of the result. Throws `mcp.failed` or AbortError. */
  call(
    tool: string,
    args: JsonObject,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<{ readonly text: string; readonly isError: boolean }>;
  close(): Promise<void>;
}

/** Connects to MCP servers: programs through the process gate, addresses through the fetch gate. */
export interface McpHost {
  /** Throws `mcp.failed`, `process.refused`, `web.refused`, or AbortError. */
  connect(server: McpServer, options: { readonly signal: AbortSignal }): Promise<McpConnection>;
}

/** What a person approved of a workspace's files. Kept outside the workspace, so that it cannot approve itself. */
export interface TrustRecord {
  /** By path relative to the workspace: SHA-256 (hex) of the approved content. Null: this workspace was never recorded. */
  load(): Promise<{ readonly [path: string]: string } | null>;
  save(hashes: { readonly [path: string]: string }): Promise<void>;
}

export interface WebSearchSettings {
  /** An endpoint that speaks SearXNG's or Brave's JSON. */
  readonly url: string;
}

export interface ToolHost {
  readonly approvals: ApprovalHost;
  readonly web: FetchGate;
  readonly sieve: TextSieve | null;
  /** The editor's; null: syntax trees alone. */
  readonly code: CodeIntelligence | null;
  readonly mcp: McpHost;
  readonly trust: TrustRecord;
  /** Absolute folder of the grammars, and who reads it. */
  readonly grammarsDir: string;
  readonly own: OwnFiles;
  /** Values for settings of the person, read anew at each use. */
  settings(): { readonly webAllow: readonly string[]; readonly webSearch: WebSearchSettings | null };
}
