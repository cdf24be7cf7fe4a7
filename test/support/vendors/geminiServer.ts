// Google's Gemini API on loopback: the real wire format, from a script.

import { type Dialect, halves, type Script, textPieces, type Turn } from '#test/support/vendors/turn.ts';
import { startVendorServer, type VendorServer } from '#test/support/vendors/vendorServer.ts';

const CODES: { readonly [status: string]: number } = { UNAUTHENTICATED: 401, RESOURCE_EXHAUSTED: 429, INTERNAL: 500, UNAVAILABLE: 503 };

function parts(turn: Turn): object[] {
  const calls = turn.calls ?? [];
  const whole = turn.fault?.kind === 'cutToolJson' ? calls.slice(0, -1) : calls;
  return [
    ...(turn.reasoning === undefined ? [] : halves(turn.reasoning).map((text) => ({ text, thought: true }))),
    ...textPieces(turn).map((text) => ({ text })),
    ...whole.map(({ id, name, args }, at) => ({
      functionCall: { ...(id === undefined ? {} : { id }), name, args },
      ...(at === 0 ? { thoughtSignature: 'c2lnbmVk' } : {}),
    })),
  ];
}

/** Arguments come as an object here: what is cut elsewhere is a call that Google itself could not read. */
function finishOf(turn: Turn): string {
  return turn.stop ?? (turn.fault?.kind === 'cutToolJson' ? 'MALFORMED_FUNCTION_CALL' : 'STOP');
}

const dialect: Dialect = {
  vendor: 'gemini',
  path: /^\/v1beta\/models\/[^/:]+:streamGenerateContent\?alt=sse$/,
  frames(turn, model) {
    const frame = (more: object): string => `data: ${JSON.stringify({ responseId: 'r1', modelVersion: model, ...more })}\r\n\r\n`;
    const usage = turn.usage === undefined ? { input: 10, output: 5 } : turn.usage;
    const usageMetadata = usage && {
      promptTokenCount: usage.input,
      cachedContentTokenCount: usage.cached ?? 0,
      candidatesTokenCount: usage.output,
      totalTokenCount: usage.input + usage.output,
    };
    if (turn.stop === 'blocked') return [frame({ promptFeedback: { blockReason: 'SAFETY' } })];
    const candidate = (list: object[], more: object = {}): object => ({ index: 0, content: { role: 'model', parts: list }, ...more });
    return [
      ...parts(turn).map((part) => frame({ candidates: [candidate([part])] })),
      frame({ candidates: [candidate([{ text: '' }], { finishReason: finishOf(turn) })], ...(usageMetadata ? { usageMetadata } : {}) }),
    ];
  },
  errorBody: (status, message) => ({ error: { code: CODES[status] ?? 400, status: status === '' ? undefined : status, message } }),
  errorFrame: (status) => `data: ${JSON.stringify({ error: { code: CODES[status] ?? 500, status, message: 'scripted failure' } })}\r\n\r\n`,
  refuse: () => null,
  read(body, url) {
    const user = body.contents.filter((content: any) => content.role === 'user').flatMap((content: any) => content.parts);
    const results = user.flatMap((part: any) => part.functionResponse ?? []);
    const forced = body.toolConfig?.functionCallingConfig?.allowedFunctionNames ?? [];
    return {
      model: /models\/([^:]+):/.exec(url)?.[1] ?? '',
      system: body.systemInstruction?.parts.map((part: any) => part.text).join('') ?? '',
      lastUserText: user.findLast((part: any) => part.text !== undefined)?.text ?? '',
      toolResults: results.map((result: any) => result.response.output ?? result.response.error),
      images: user.flatMap(({ inlineData: image }: any) => (image ? [`${image.mimeType}:${image.data}`] : [])),
      tools: (body.tools ?? []).flatMap((tool: any) => tool.functionDeclarations.map((one: any) => one.name)),
      forcedTool: forced[0] ?? null,
    };
  },
};

export function startGeminiServer(script: Script): Promise<VendorServer> {
  return startVendorServer(dialect, '', script);
}
