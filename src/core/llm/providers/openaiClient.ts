// OpenAI's SDK as every provider that speaks one of its formats uses it. Loaded at the first call.

import type OpenAI from 'openai';
import { openaiError } from '#core/llm/providers/openaiErrors.ts';
import { type ProviderPorts, text } from '#core/llm/providers/vendor.ts';
import type { StreamWatch } from '#core/llm/timeouts.ts';

/** For one call: `client` comes before `decode`. */
export interface OpenaiVendor {
  /** Retries nothing and logs nothing; its time limit is above ours. */
  client(watch: StreamWatch): OpenAI;
  decode<Raw>(response: Response, controller: AbortController): AsyncIterable<Raw>;
  readonly error: (thrown: unknown) => Error | null;
  readonly throwBody: (body: unknown, headers: Headers) => void;
}

export async function openaiVendor(
  endpoint: { readonly provider: string; readonly apiKey: string; readonly baseURL: string },
  ports: Pick<ProviderPorts, 'clock' | 'limits'>,
): Promise<OpenaiVendor> {
  const { default: Sdk, APIError } = await import('openai');
  const { Stream } = await import('openai/streaming');
  let client: OpenAI | undefined;
  return {
    client(watch) {
      client = new Sdk({
        apiKey: endpoint.apiKey,
        baseURL: endpoint.baseURL,
        maxRetries: 0,
        timeout: ports.limits.totalMs + 1000, // Ours ends first and says which limit it was.
        logLevel: 'off',
        fetch: watch.fetch,
      });
      return client;
    },
    // Without the client the decoder prints what it cannot read to the console.
    decode: (response, controller) => Stream.fromSSEResponse(response, controller, client),
    error(thrown) {
      if (!(thrown instanceof APIError) || (thrown.status === undefined && thrown.error === undefined)) return null;
      // Some endpoints put the status of whoever failed behind them into `code` of an event in the stream.
      const code: unknown = thrown.code;
      const report = {
        status: thrown.status ?? (typeof code === 'number' ? code : undefined),
        type: text(thrown.type),
        code: text(code),
        message: text((thrown.error as { message?: unknown } | undefined)?.message),
        headers: thrown.headers,
        cause: thrown,
      };
      return openaiError(endpoint.provider, report, ports.clock.now());
    },
    throwBody(body, headers) {
      const error = (body as { error?: object } | null)?.error;
      if (error) throw new APIError(undefined, error, undefined, headers);
    },
  };
}
