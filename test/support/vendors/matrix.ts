// Runs every fault against every provider, for text and for tool calls, alone and with another provider beside it.

import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '#base/clock.ts';
import { isAppError } from '#base/errors.ts';
import { createIdSource } from '#base/ids.ts';
import type { ModelAnswer, ModelCall } from '#core/llm/modelCall.ts';
import { createModels, type Models } from '#core/llm/models.ts';
import { noWishes } from '#core/llm/router.ts';
import { defaultStreamLimits } from '#core/llm/timeouts.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';
import { limitsOf, type MatrixFault, SHORT } from '#test/support/vendors/faults.ts';
import type { Turn } from '#test/support/vendors/turn.ts';
import { type Vendor, vendors } from '#test/support/vendors/vendors.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

export type Mode = 'text' | 'tools';

export interface Cell {
  readonly fault: MatrixFault;
  readonly vendor: string;
  readonly mode: Mode;
  /** What the caller saw with this provider alone: `answered` or the error's code. */
  readonly alone: string;
  /** Who answered when another provider was up: `same`, `other`, or the error's code. */
  readonly together: string;
  /** The promises that were broken; empty is what must be. */
  readonly broken: readonly string[];
}

const ATTEMPTS = 2;
const SPEED = 10;
const BEGAN_AT = systemClock.now();
/** Limits are waited for in a tenth of their time; nothing else in a call depends on how long a second is. */
const fastClock: Clock = {
  now: () => BEGAN_AT + (systemClock.now() - BEGAN_AT) * SPEED,
  setTimer: (run, delayMs) => systemClock.setTimer(run, delayMs / SPEED),
};
/** Two attempts at their total limit, the wait for a rate limit between them, and a busy machine; in ms of that clock. */
const DEADLINE_MS = ATTEMPTS * SHORT.totalMs + 6000 + 600_000;

const WHOLE: { readonly [mode in Mode]: Turn } = {
  text: { text: 'It reads naïve ✓ and whole.' },
  tools: {
    text: 'I read both.',
    calls: [
      { id: 'a', name: 'files_read', args: { path: 'src/ü.ts', from: 1 } },
      { id: 'b', name: 'files_read', args: { path: 'b.ts' } },
    ],
  },
};

const CALL: ModelCall = {
  agent: 'tester',
  wishes: noWishes,
  system: 'You review code.',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Look.' }] }],
  tools: [{ name: 'files_read', description: 'Reads a file.', parameters: { type: 'object', properties: { path: { type: 'string' } } } }],
  toolChoice: 'auto',
  maxOutputTokens: 1000,
  temperature: null,
};

export async function runCell(fault: MatrixFault, name: string, mode: Mode): Promise<Cell> {
  const vendor = vendors[name];
  if (vendor === undefined) throw new Error(`no vendor ${name}`);
  const turn = fault.turn(WHOLE[mode], vendor);
  const server = await vendor.start([turn]);
  if (fault.refused === true) await server.close();
  const other = await otherOf(vendor).start([WHOLE[mode]]);
  try {
    const broken: string[] = [];
    const alone = await runAlone({ fault, vendor, server, turn, broken });
    const together = await runTogether({ fault, vendor, server, turn, broken, other, whole: WHOLE[mode] });
    return { fault, vendor: name, mode, alone, together, broken };
  } finally {
    if (fault.refused !== true) await server.close();
    await other.close();
  }
}

interface Scene {
  readonly fault: MatrixFault;
  readonly vendor: Vendor;
  readonly server: VendorServer;
  readonly turn: Turn;
  readonly broken: string[];
}

async function runAlone(scene: Scene): Promise<string> {
  const { fault, server, turn, broken } = scene;
  const models = modelsOf(scene, []);
  const seen = await outcome(models, scene.vendor);
  if (seen.answer !== undefined && !isWhole(seen.answer, turn)) broken.push('a truncated answer was accepted');
  if ((seen.answer !== undefined) !== (fault.benign === true)) broken.push(`it ended as ${seen.said}`);
  if (seen.elapsedMs > DEADLINE_MS) broken.push(`it hung for ${seen.elapsedMs} ms`);
  if (fault.terminal !== true) return seen.said;
  if (server.requests.length !== 1) broken.push(`${server.requests.length} calls for a terminal error`);
  if (seen.said === 'llm.auth' || seen.said === 'llm.quota') {
    await outcome(models, scene.vendor);
    if (server.requests.length !== 1) broken.push('a call with a disabled key');
  }
  return seen.said;
}

async function runTogether(scene: Scene & { readonly other: VendorServer; readonly whole: Turn }): Promise<string> {
  const { vendor, broken, other } = scene;
  const seen = await outcome(modelsOf(scene, [other]), vendor);
  if (seen.elapsedMs > DEADLINE_MS) broken.push(`it hung for ${seen.elapsedMs} ms beside another provider`);
  if (seen.answer === undefined) {
    // The request itself was turned down: another provider is not asked to overrule that.
    if (!['llm.badRequest', 'llm.contextTooLong', 'llm.refused'].includes(seen.said)) broken.push(`lost beside another: ${seen.said}`);
    if (other.requests.length > 0) broken.push('a call after a terminal error');
    return seen.said;
  }
  const same = seen.answer.provider === vendor.id;
  if (!isWhole(seen.answer, same ? scene.turn : scene.whole)) broken.push('a truncated answer was accepted beside another provider');
  return same ? 'same' : 'other';
}

const otherOf = (vendor: Vendor): Vendor => (vendor.id === 'anthropic' ? vendors['gemini'] : vendors['anthropic']) as Vendor;

function modelsOf({ fault, vendor, server }: Scene, others: readonly VendorServer[]): Models {
  const beside = otherOf(vendor);
  const ids = new Set([vendor.id, ...others.map(() => beside.id)]);
  const keys: Record<string, string> = {
    ANTHROPIC_API_KEY: 'anthropic',
    OPENAI_API_KEY: 'openai',
    GEMINI_API_KEY: 'gemini',
    CAS_OPENAI_COMPATIBLE_KEY: 'compatible',
  };
  return createModels({
    secrets: { get: async (name) => (ids.has(keys[name] ?? '') ? `canary-${name}` : undefined) },
    settings: () => ({
      anthropicBaseUrl: undefined,
      openaiBaseUrl: undefined,
      anthropicModel: undefined,
      openaiModel: undefined,
      maxParallelSteps: 4,
      ...others.map((other) => beside.settings(other.baseUrl))[0],
      ...vendor.settings(server.baseUrl),
    }),
    clock: fastClock,
    ids: createIdSource({ now: () => Date.now(), random: () => randomBytes(1).readUInt8() / 256 }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    persistence: memoryPersistence(),
    retry: { maxAttempts: ATTEMPTS, initialDelayMs: 2, maxDelayMs: 4, maxRetryAfterMs: 1000 },
    limits: others.length > 0 && fault.waits !== true ? defaultStreamLimits : limitsOf(fault),
  });
}

interface Seen {
  readonly said: string;
  readonly answer?: ModelAnswer;
  readonly elapsedMs: number;
}

/** A call that outlives twice its deadline is given up, so that a hang is reported and not waited for. */
async function outcome(models: Models, vendor: Vendor): Promise<Seen> {
  const from = performance.now();
  const elapsed = (): number => Math.round((performance.now() - from) * SPEED);
  const signal = AbortSignal.timeout((2 * DEADLINE_MS) / SPEED);
  try {
    const answer = await models.complete({ ...CALL, wishes: { ...noWishes, provider: vendor.id } }, {}, { signal });
    return { said: 'answered', answer, elapsedMs: elapsed() };
  } catch (thrown) {
    return { said: isAppError(thrown) ? thrown.code : String(thrown), elapsedMs: elapsed() };
  }
}

function isWhole(answer: ModelAnswer, turn: Turn): boolean {
  const said = answer.calls.map(({ name, args }) => ({ name, args }));
  const meant = (turn.calls ?? []).map(({ name, args }) => ({ name, args }));
  return answer.text === (turn.text ?? '') && JSON.stringify(said) === JSON.stringify(meant);
}
