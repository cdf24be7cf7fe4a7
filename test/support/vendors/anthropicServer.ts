// Anthropic's Messages API on loopback: the real wire format, from a script.

import { type Dialect, halves, type Script, textPieces, type Turn } from '#test/support/vendors/turn.ts';
import { startVendorServer, type VendorServer } from '#test/support/vendors/vendorServer.ts';

const frame = (data: { type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function block(index: number, start: object, deltas: readonly object[]): string[] {
  return [
    frame({ type: 'content_block_start', index, content_block: start } as { type: string }),
    ...deltas.map((delta) => frame({ type: 'content_block_delta', index, delta } as { type: string })),
    frame({ type: 'content_block_stop', index } as { type: string }),
  ];
}

function blocks(turn: Turn): string[][] {
  const out: string[][] = [];
  if (turn.reasoning !== undefined) {
    out.push(
      block(out.length, { type: 'thinking', thinking: '', signature: '' }, [
        ...halves(turn.reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: 'c2lnbmVk' },
      ]),
    );
  }
  if (turn.text !== undefined) {
    out.push(
      block(
        out.length,
        { type: 'text', text: '' },
        textPieces(turn).map((text) => ({ type: 'text_delta', text })),
      ),
    );
  }
  const calls = turn.calls ?? [];
  calls.forEach((call, at) => {
    const cut = turn.fault?.kind === 'cutToolJson' && at === calls.length - 1;
    const pieces = halves(JSON.stringify(call.args)).slice(0, cut ? 1 : 2);
    const start = { type: 'tool_use', id: call.id ?? `toolu_${at}`, name: call.name, input: {} };
    out.push(
      block(
        out.length,
        start,
        pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    );
  });
  return out;
}

const dialect: Dialect = {
  vendor: 'anthropic',
  path: '/v1/messages',
  frames(turn, model) {
    const usage = turn.usage === undefined ? { input: 10, output: 5 } : turn.usage;
    const input =
      usage === null
        ? {}
        : { input_tokens: usage.input - (usage.cached ?? 0), cache_read_input_tokens: usage.cached ?? 0, output_tokens: 1 };
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: input,
    };
    const stop_reason = turn.stop ?? ((turn.calls ?? []).length > 0 ? 'tool_use' : 'end_turn');
    return [
      frame({ type: 'message_start', message } as { type: string }),
      frame({ type: 'ping' }),
      ...blocks(turn).flat(),
      frame({
        type: 'message_delta',
        delta: { stop_reason, stop_sequence: null },
        usage: usage === null ? {} : { output_tokens: usage.output },
      } as { type: string }),
      frame({ type: 'message_stop' }),
    ];
  },
  errorBody: (type, message) => ({ type: 'error', error: { type: type === '' ? undefined : type, message } }),
  errorFrame: (type) => frame({ type: 'error', error: { type, message: 'scripted failure' } } as { type: string }),
  refuse(body) {
    const recent = /^claude-[a-z]+-5-/.test(body.model);
    if (recent && ['any', 'tool'].includes(body.tool_choice?.type)) return 'tool_choice: forced tool use is not supported on this model';
    if (recent && ['enabled', 'disabled'].includes(body.thinking?.type))
      return `thinking.type: ${body.thinking.type} is not supported on this model`;
    return 'temperature' in body && recent ? 'temperature: sampling parameters are not supported on this model' : null;
  },
  read(body) {
    const blocksOf = (message: any): any[] =>
      typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
    const user = body.messages.filter((message: any) => message.role === 'user').flatMap(blocksOf);
    return {
      model: body.model,
      system: typeof body.system === 'string' ? body.system : body.system.map((part: any) => part.text).join(''),
      lastUserText: user.findLast((part: any) => part.type === 'text')?.text ?? '',
      toolResults: user.filter((part: any) => part.type === 'tool_result').map((part: any) => part.content),
      images: user.filter((part: any) => part.type === 'image').map(({ source }: any) => `${source.media_type}:${source.data}`),
      tools: (body.tools ?? []).map((tool: any) => tool.name),
      forcedTool: body.tool_choice?.type === 'tool' ? body.tool_choice.name : null,
    };
  },
};

export function startAnthropicServer(script: Script): Promise<VendorServer> {
  return startVendorServer(dialect, '', script);
}
