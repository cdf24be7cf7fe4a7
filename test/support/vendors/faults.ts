// The faults of the matrix: what each server does, and what must become of it.

import type { StreamLimits } from '#core/llm/timeouts.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import type { Turn } from '#test/support/vendors/turn.ts';
import type { Vendor } from '#test/support/vendors/vendors.ts';

/** In ms of the matrix's clock, which runs ten times as fast as the real one: long enough for a healthy provider on a busy machine. */
export const SHORT: StreamLimits = { connectMs: 15_000, firstByteMs: 15_000, idleMs: 15_000, totalMs: 20_000 };

export interface MatrixFault {
  readonly title: string;
  /** The server's turn, from what it would answer without the fault. */
  readonly turn: (whole: Turn, vendor: Vendor) => Turn;
  /** Nobody listens at the address. */
  readonly refused?: true;
  /** Runs under short limits: the fault is a wait. */
  readonly waits?: true;
  /** The answer is right all the same. */
  readonly benign?: true;
  /** A fault of this answer's calls: it does not exist for text. */
  readonly toolsOnly?: true;
  /** No provider could do better, or the key must not be used again: not one more call there. */
  readonly terminal?: true;
}

export const limitsOf = (fault: MatrixFault): StreamLimits => (fault.waits === true ? SHORT : defaultStreamLimits);

const http =
  (status: number, headers?: Record<string, string>) =>
  (whole: Turn): Turn => ({ ...whole, fault: { kind: 'status', status, ...(headers === undefined ? {} : { headers }) } });

const faulty =
  (fault: NonNullable<Turn['fault']>) =>
  (whole: Turn): Turn => ({ ...whole, fault });

const withCalls = (whole: Turn, change: (calls: NonNullable<Turn['calls']>) => NonNullable<Turn['calls']>): Turn => ({
  ...whole,
  calls: change(whole.calls ?? []),
});

export const faults: readonly MatrixFault[] = [
  { title: 'connection refused', refused: true, turn: (whole) => whole },
  { title: 'connection dropped before the answer', turn: faulty({ kind: 'dropped' }) },
  { title: 'connection reset in mid-stream', turn: faulty({ kind: 'reset' }) },
  { title: 'slow connect: no headers', waits: true, turn: faulty({ kind: 'noHeaders' }) },
  { title: 'slow first byte: headers and no body', waits: true, turn: faulty({ kind: 'noBody' }) },
  { title: 'stall in mid-stream', waits: true, turn: faulty({ kind: 'stall' }) },
  { title: 'drip: signs of life and never an answer', waits: true, turn: faulty({ kind: 'drip', everyMs: 60 }) },
  { title: 'early end of the stream', turn: faulty({ kind: 'endEarly' }) },
  { title: 'end before the first event', turn: faulty({ kind: 'cutAt', bytes: 0 }) },
  { title: '429 without Retry-After', turn: http(429) },
  { title: '429 with Retry-After in seconds', turn: http(429, { 'retry-after': '120' }) },
  { title: '429 with Retry-After as a date', turn: http(429, { 'retry-after': 'Fri, 31 Dec 2100 23:59:59 GMT' }) },
  { title: '500', turn: http(500) },
  { title: '503', turn: http(503) },
  { title: '529', turn: http(529) },
  { title: '401: the key is refused', terminal: true, turn: http(401) },
  { title: 'spent quota', terminal: true, turn: (_whole, vendor) => vendor.quota },
  { title: '400: the request is wrong', terminal: true, turn: http(400) },
  { title: '404: no such model', turn: http(404) },
  { title: 'context too long', terminal: true, turn: (_whole, vendor) => vendor.contextTooLong },
  { title: 'content refusal', terminal: true, turn: (_whole, vendor) => vendor.refusal },
  {
    title: 'error event inside the stream',
    turn: (whole, vendor) => ({ ...whole, fault: { kind: 'errorEvent', type: vendor.overloadEvent.type } }),
  },
  {
    title: 'error inside a 200',
    turn: (whole, vendor) => ({ ...whole, fault: { kind: 'errorBody', type: vendor.overloadEvent.type } }),
  },
  { title: 'malformed event', turn: faulty({ kind: 'malformed' }) },
  { title: 'split UTF-8: a few bytes at a time', benign: true, turn: faulty({ kind: 'trickle', bytes: 7 }) },
  { title: 'giant event (1 MB)', benign: true, turn: (whole) => ({ ...whole, text: '✓ naïve '.repeat(125_000) }) },
  { title: 'a page of HTML', turn: faulty({ kind: 'html' }) },
  { title: 'wrong content type', turn: faulty({ kind: 'contentType', type: 'text/plain' }) },
  { title: 'gzip cut', turn: faulty({ kind: 'gzipCut' }) },
  { title: 'empty answer', turn: () => ({}) },
  { title: 'wrong usage', benign: true, turn: (whole) => ({ ...whole, usage: { input: -3, cached: 900, output: 1.5 } }) },
  { title: 'no usage', benign: true, turn: (whole) => ({ ...whole, usage: null }) },
  { title: 'invalid tool JSON', toolsOnly: true, turn: faulty({ kind: 'cutToolJson' }) },
  {
    title: 'two tool calls with one id',
    toolsOnly: true,
    turn: (whole) => withCalls(whole, (calls) => calls.map((call) => ({ ...call, id: 'same' }))),
  },
  {
    title: 'a tool call without a name',
    toolsOnly: true,
    turn: (whole) => withCalls(whole, (calls) => calls.map((call, at) => (at === 0 ? { ...call, name: '' } : call))),
  },
  {
    title: 'unknown tool: handed on whole, the agent is told',
    toolsOnly: true,
    benign: true,
    turn: (whole) => withCalls(whole, (calls) => calls.map((call) => ({ ...call, name: 'no_such_tool' }))),
  },
];
