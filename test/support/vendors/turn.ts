// One scripted turn of a fake model, and the faults a vendor's server may show while it answers.

interface ScriptedCall {
  readonly name: string;
  readonly args: unknown;
  readonly id?: string;
}

export type Fault =
  /** An error answer. `type` is the vendor's error type or code; `headers` for Retry-After. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type?: string;
      readonly message?: string;
      readonly headers?: Record<string, string>;
    }
  /** Accepts the request and never answers. */
  | { readonly kind: 'noHeaders' }
  /** Sends headers and no body. */
  | { readonly kind: 'noBody' }
  /** Sends half of the stream, then nothing more. */
  | { readonly kind: 'stall' }
  /** Sends half of the stream, then drops the connection. */
  | { readonly kind: 'reset' }
  /** Sends half of the stream, then ends it politely. */
  | { readonly kind: 'endEarly' }
  /** Sends the first `bytes` bytes of the stream, then ends it politely. */
  | { readonly kind: 'cutAt'; readonly bytes: number }
  /** No fault: the whole stream, a few bytes at a time. */
  | { readonly kind: 'trickle'; readonly bytes: number }
  /** No fault: the whole stream, one event at a time. */
  | { readonly kind: 'paced'; readonly everyMs: number }
  /** No fault: keep-alive comments for a while before the stream. */
  | { readonly kind: 'keepAlive'; readonly times: number; readonly everyMs: number }
  /** Ends properly, but the last tool call's JSON lacks its second half. */
  | { readonly kind: 'cutToolJson' }
  /** Half of the stream, then an error event. */
  | { readonly kind: 'errorEvent'; readonly type: string }
  /** 200 with an error as JSON. */
  | { readonly kind: 'errorBody'; readonly type: string }
  /** 200 with a page of HTML. */
  | { readonly kind: 'html' }
  /** Accepts the request, then drops the connection without an answer. */
  | { readonly kind: 'dropped' }
  /** Keep-alive comments for ever, and never an answer. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** Half of the stream, an event that is not JSON, then the rest. */
  | { readonly kind: 'malformed' }
  /** The whole stream under another content type. */
  | { readonly kind: 'contentType'; readonly type: string }
  /** The stream compressed, and cut in the middle of that. */
  | { readonly kind: 'gzipCut' };

export type VendorName = 'anthropic' | 'openai' | 'responses' | 'gemini';

export interface Turn {
  readonly text?: string;
  /** In how many events the text comes. Default two. */
  readonly pieces?: number;
  readonly reasoning?: string;
  readonly calls?: readonly ScriptedCall[];
  /** The vendor's own stop reason; derived from the calls when absent. */
  readonly stop?: string;
  readonly usage?: { readonly input: number; readonly cached?: number; readonly output: number } | null;
  readonly fault?: Fault;
}

/** What a vendor's dialect must supply to be served. */
export interface Dialect {
  readonly vendor: VendorName;
  /** What a request's URL must be, after the base. */
  readonly path: string | RegExp;
  /** The whole stream of a turn as SSE frames, each ending in a blank line. */
  frames(turn: Turn, model: string): string[];
  errorBody(type: string, message: string): unknown;
  errorFrame(type: string): string;
  /** What the real service answers with a 400 for; null when the request is right. */
  refuse(body: any): string | null;
  /** The parts of a request a script decides by. */
  read(body: any, url: string): Pick<SeenRequest, 'model' | 'system' | 'lastUserText' | 'toolResults' | 'images' | 'tools' | 'forcedTool'>;
}

export interface SeenRequest {
  readonly vendor: VendorName;
  readonly model: string;
  readonly system: string;
  /** Text of the last user message that has any. */
  readonly lastUserText: string;
  /** Tool results sent back so far, oldest first. */
  readonly toolResults: readonly string[];
  /** Each as `<media type>:<Base64>`, in order. */
  readonly images: readonly string[];
  readonly tools: readonly string[];
  readonly forcedTool: string | null;
  readonly headers: { readonly [name: string]: string };
  readonly body: any;
  /** 0-based count of requests this server has seen. */
  readonly index: number;
}

/** Turns in order (the last is repeated), or a function of the request. */
export type Script = readonly Turn[] | ((request: SeenRequest) => Turn);

/** The text of a turn as it is streamed; none when there is none. */
export function textPieces({ text, pieces = 2 }: Turn): readonly string[] {
  if (text === undefined) return [];
  const length = Math.ceil(text.length / pieces);
  return Array.from({ length: pieces }, (_, index) => text.slice(index * length, (index + 1) * length));
}

export function halves(text: string): [string, string] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}
