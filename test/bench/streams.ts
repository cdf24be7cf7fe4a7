// Many answers at once through one provider: its SDK, the time limits, the checks of the stream and the search for an echoed key.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ModelProvider, ModelRequest } from '#core/llm/provider.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import { atLeast, atMost, median, row, type Section } from '#test/bench/measure.ts';
import { vendors } from '#test/support/vendors/vendors.ts';

const STREAMS = 50;
const EVENTS = 2_000;
const LONG = 10_000;
const ROUNDS = 5;
/** Heap may grow by this much between the first and the ten-thousandth event. */
const FLAT_KB = 512;

const REQUEST: ModelRequest = {
  model: 'bench',
  system: '',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Go on.' }] }],
  tools: [],
  toolChoice: 'auto',
  maxOutputTokens: 100_000,
  temperature: null,
};

export async function run(): Promise<Section> {
  const server = await serve();
  const vendor = vendors['compatible'];
  if (vendor === undefined) throw new Error('there is no compatible vendor');
  const provider = vendor.create(server.baseUrl, defaultStreamLimits);
  try {
    await read(provider, EVENTS);
    const perSecond: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      const seen = await Promise.all(Array.from({ length: STREAMS }, () => read(provider, EVENTS)));
      perSecond.push(seen.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1_000));
    }
    return {
      title: 'Streams of answers',
      about: `${STREAMS} answers of ${EVENTS.toLocaleString('en-US')} events each at once, over loopback from a server in the same process, and the heap after a collection in the middle of one answer of ${LONG.toLocaleString('en-US')} events.`,
      rows: [
        row(`events through ${STREAMS} streams at once`, median(perSecond), 'per second', { floor: atLeast(10_000) }),
        row('heap grown from event 1,000 to 10,000', await heapGrowthKb(provider), 'KB', { floor: atMost(FLAT_KB) }),
      ],
    };
  } finally {
    await server.close();
  }
}

/** Text events that came; throws when the answer is not whole. */
async function read(provider: ModelProvider, events: number, onText: (count: number) => void = () => {}): Promise<number> {
  let count = 0;
  let done = false;
  const { signal } = new AbortController();
  for await (const event of provider.stream({ ...REQUEST, maxOutputTokens: events }, { signal })) {
    if (event.kind === 'done') done = true;
    if (event.kind === 'text') onText((count += 1));
  }
  if (!done || count !== events) throw new Error(`${count} of ${events} events came`);
  return count;
}

async function heapGrowthKb(provider: ModelProvider): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const growth: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let before = 0;
    await read(provider, LONG, (count) => {
      if (count === 1_000) before = heap();
      if (count === LONG) growth.push((heap() - before) / 1_024);
    });
  }
  return Math.max(0, median(growth));
}

/** Chat completions: as many pieces as the request allows tokens. */
async function serve(): Promise<{ readonly baseUrl: string; close(): Promise<void> }> {
  const frame = (choice: object): string =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`;
  const piece = frame({ delta: { content: 'const value = 4711;\n' } });
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      let left = (JSON.parse(Buffer.concat(body).toString()) as { max_tokens: number }).max_tokens;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end(`${frame({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
      };
      more();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
