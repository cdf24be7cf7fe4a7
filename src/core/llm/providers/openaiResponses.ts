// One streamed call of OpenAI's Responses API.

import type OpenAI from 'openai';
import type { ModelEvent, ModelRequest } from '#core/llm/provider.ts';
import { openaiVendor } from '#core/llm/providers/openaiClient.ts';
import { responsesBody, responsesEvents } from '#core/llm/providers/openaiResponsesWire.ts';
import type { ProviderPorts } from '#core/llm/providers/vendor.ts';
import { callVendor } from '#core/llm/vendorCall.ts';

export async function* streamResponses(
  endpoint: { readonly provider: string; readonly apiKey: string; readonly baseURL: string },
  request: ModelRequest,
  options: ProviderPorts & { readonly signal: AbortSignal },
): AsyncGenerator<ModelEvent> {
  const { provider } = endpoint;
  const vendor = await openaiVendor(endpoint, options);
  yield* callVendor<OpenAI.Responses.ResponseStreamEvent>({
    provider,
    clock: options.clock,
    limits: options.limits,
    signal: options.signal,
    key: endpoint.apiKey,
    async open(watch) {
      const { responses } = vendor.client(watch);
      const send = (summaries: boolean): Promise<Response> =>
        responses.create(responsesBody(request, { summaries }), { signal: watch.controller.signal }).asResponse();
      try {
        return await send(true);
      } catch (thrown) {
        if (!refusesSummaries(thrown)) throw thrown;
        return send(false);
      }
    },
    events: (response, controller) => vendor.decode(response, controller),
    decode: (raw) => responsesEvents(raw, { provider, model: request.model }),
    vendorError: vendor.error,
    throwBody: vendor.throwBody,
  });
}

/** Models that do not reason, and organisations that are not verified, get a 400 that names this parameter. */
function refusesSummaries(thrown: unknown): boolean {
  const { status, param } = (thrown ?? {}) as { readonly status?: unknown; readonly param?: unknown };
  return status === 400 && typeof param === 'string' && param.startsWith('reasoning');
}
