// OpenAI's Responses API on loopback: the real wire format, from a script.

import { imagesOf, textOf } from '#test/support/vendors/openaiServer.ts';
import { type Dialect, halves, type Script, textPieces, type Turn } from '#test/support/vendors/turn.ts';
import { startVendorServer, type VendorServer } from '#test/support/vendors/vendorServer.ts';

type Event = { readonly type: string } & Record<string, unknown>;

function items(turn: Turn): Event[][] {
  const out: Event[][] = [];
  const add = (item: Record<string, unknown>, deltas: readonly Event[]): void => {
    const output_index = out.length;
    out.push([
      { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress' } },
      ...deltas.map((delta) => ({ ...delta, output_index })),
      { type: 'response.output_item.done', output_index, item },
    ]);
  };
  if (turn.reasoning !== undefined) {
    const deltas = halves(turn.reasoning).map((delta) => ({ type: 'response.reasoning_summary_text.delta', delta, summary_index: 0 }));
    const summary = [{ type: 'summary_text', text: turn.reasoning }];
    add({ type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'c2VhbGVk' }, deltas);
  }
  if (turn.text !== undefined) {
    const deltas = textPieces(turn).map((delta) => ({ type: 'response.output_text.delta', delta, content_index: 0 }));
    const content = [{ type: 'output_text', text: turn.text, annotations: [] }];
    add({ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }, deltas);
  }
  if (turn.stop === 'refusal')
    add({ type: 'message', id: 'msg_2', role: 'assistant' }, [{ type: 'response.refusal.delta', delta: 'No.', content_index: 0 }]);
  (turn.calls ?? []).forEach((call, at, all) => {
    const cut = turn.fault?.kind === 'cutToolJson' && at === all.length - 1;
    const whole = JSON.stringify(call.args);
    const json = cut ? halves(whole)[0] : whole;
    const item = { type: 'function_call', id: `fc_${at}`, call_id: call.id ?? `call_${at}`, name: call.name, arguments: json };
    const status = cut && turn.stop === 'max_output_tokens' ? 'incomplete' : 'completed';
    add({ ...item, status }, [{ type: 'response.function_call_arguments.delta', delta: json }]);
  });
  return out;
}

const INCOMPLETE: ReadonlySet<string | undefined> = new Set(['max_output_tokens', 'content_filter']);

const dialect: Dialect = {
  vendor: 'responses',
  path: '/responses',
  frames(turn, model) {
    let sequence_number = 0;
    const frame = (event: Event): string =>
      `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: sequence_number++ })}\n\n`;
    const usage = turn.usage === undefined ? { input: 10, output: 5 } : turn.usage;
    const incomplete = INCOMPLETE.has(turn.stop);
    const response = { id: 'resp_1', object: 'response', model, status: 'in_progress', output: [], error: null };
    const end = {
      ...response,
      status: incomplete ? 'incomplete' : 'completed',
      incomplete_details: incomplete ? { reason: turn.stop } : null,
      ...(usage === null
        ? {}
        : {
            usage: {
              input_tokens: usage.input,
              input_tokens_details: { cached_tokens: usage.cached ?? 0 },
              output_tokens: usage.output,
              output_tokens_details: { reasoning_tokens: 0 },
              total_tokens: usage.input + usage.output,
            },
          }),
    };
    return [
      frame({ type: 'response.created', response }),
      frame({ type: 'response.in_progress', response }),
      ...items(turn).flat().map(frame),
      frame({ type: incomplete ? 'response.incomplete' : 'response.completed', response: end }),
    ];
  },
  errorBody: (type, message) => ({ error: { message, type: type === '' ? null : type, code: type === '' ? null : type, param: null } }),
  errorFrame: (code) =>
    `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: { error: { code, message: 'scripted failure' } } })}\n\n`,
  refuse: (body) => (body.max_output_tokens < 16 ? 'max_output_tokens is below 16' : null),
  read(body) {
    const texts = body.input.filter((item: any) => item.role === 'user');
    return {
      model: body.model,
      system: body.instructions ?? '',
      lastUserText: textOf(texts.findLast((item: any) => textOf(item.content) !== '')?.content),
      images: texts.flatMap((item: any) => imagesOf(item.content, (part) => part.image_url)),
      toolResults: body.input.filter((item: any) => item.type === 'function_call_output').map((item: any) => item.output),
      tools: (body.tools ?? []).map((tool: any) => tool.name),
      forcedTool: typeof body.tool_choice === 'object' ? body.tool_choice.name : null,
    };
  },
};

export function startResponsesServer(script: Script): Promise<VendorServer> {
  return startVendorServer(dialect, '/v1', script);
}
