// OpenAI's chat completions on loopback: the real wire format, from a script.

import { type Dialect, halves, type Script, textPieces } from '#test/support/vendors/turn.ts';
import { startVendorServer, type VendorServer } from '#test/support/vendors/vendorServer.ts';

/** A message is a text, or parts of which some are text. */
export function textOf(content: any): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => part.text ?? '').join('');
}

/** Data URLs among the parts of a message, as `<media type>:<Base64>`. */
export function imagesOf(content: any, urlOf: (part: any) => string): readonly string[] {
  if (!Array.isArray(content)) return [];
  const urls = content.filter((part) => part.type.endsWith('image') || part.type === 'image_url').map(urlOf);
  return urls.map((url) => url.replace(/^data:(.+?);base64,/, '$1:'));
}

const dialect: Dialect = {
  vendor: 'openai',
  path: '/chat/completions',
  frames(turn, model) {
    const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model };
    const frame = (more: object): string => `data: ${JSON.stringify({ ...base, ...more })}\n\n`;
    const delta = (content: object, finish_reason: string | null = null): string =>
      frame({ choices: [{ index: 0, delta: content, finish_reason }] });
    const calls = turn.calls ?? [];
    const usage = turn.usage === undefined ? { input: 10, output: 5 } : turn.usage;
    return [
      delta({ role: 'assistant', content: '' }),
      ...(turn.reasoning === undefined ? [] : halves(turn.reasoning).map((text) => delta({ reasoning_content: text }))),
      ...textPieces(turn).map((content) => delta({ content })),
      ...calls.flatMap((call, index) => {
        const cut = turn.fault?.kind === 'cutToolJson' && index === calls.length - 1;
        const [first, second] = halves(JSON.stringify(call.args));
        const start = { index, id: call.id ?? `call_${index}`, type: 'function', function: { name: call.name, arguments: '' } };
        const pieces = cut ? [first] : [first, second];
        return [delta({ tool_calls: [start] }), ...pieces.map((text) => delta({ tool_calls: [{ index, function: { arguments: text } }] }))];
      }),
      delta({}, turn.stop ?? (calls.length > 0 ? 'tool_calls' : 'stop')),
      ...(usage === null
        ? []
        : [
            frame({
              choices: [],
              usage: {
                prompt_tokens: usage.input,
                completion_tokens: usage.output,
                total_tokens: usage.input + usage.output,
                prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
              },
            }),
          ]),
      'data: [DONE]\n\n',
    ];
  },
  errorBody: (type, message) => ({ error: { message, type: type === '' ? null : type, code: type === '' ? null : type, param: null } }),
  errorFrame: (type) => `data: ${JSON.stringify({ error: { message: 'scripted failure', type, code: null } })}\n\n`,
  refuse: () => null,
  read(body) {
    const user = body.messages.filter((message: any) => message.role === 'user');
    return {
      model: body.model,
      system: body.messages.find((message: any) => message.role === 'system')?.content ?? '',
      lastUserText: textOf(user.at(-1)?.content),
      images: user.flatMap(({ content }: any) => imagesOf(content, (part) => part.image_url.url)),
      toolResults: body.messages.filter((message: any) => message.role === 'tool').map((message: any) => message.content),
      tools: (body.tools ?? []).map((tool: any) => tool.function.name),
      forcedTool: typeof body.tool_choice === 'object' ? body.tool_choice.function.name : null,
    };
  },
};

export function startOpenaiServer(script: Script): Promise<VendorServer> {
  return startVendorServer(dialect, '/v1', script);
}
