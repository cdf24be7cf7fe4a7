// Host settings from environment variables, for the command line. Never keys: those come through Secrets.

import type { HostSettings } from '#core/ports.ts';
import { durabilities } from '#protocol/storeCare.ts';

const DEFAULT_PARALLEL_STEPS = 4;

/** `CAS_MAX_PARALLEL` outside 1 to 64 is ignored. Model wishes: `CAS_ANTHROPIC_MODEL`, `CAS_OPENAI_MODEL` and the like. Runtime: `CAS_RUNTIME`. Store: `CAS_DURABILITY`. Across runs: `CAS_MAX_RUNS` and its like. */
export function environmentSettings(env: NodeJS.ProcessEnv): HostSettings {
  const policy = env['CAS_MODEL_POLICY'];
  const parallel = Number(env['CAS_MAX_PARALLEL']);
  const limit = (key: 'maxRuns' | 'maxRunsPerWorkflow' | 'maxTasksPerAgent' | 'maxCallsPerProvider', variable: string) => {
    const value = Number(env[variable]);
    return Number.isInteger(value) && value >= 1 ? { [key]: value } : {};
  };
  const prefetch = Number(env['CAS_QUEUE_PREFETCH'] || Number.NaN);
  return {
    anthropicBaseUrl: env['ANTHROPIC_BASE_URL'],
    openaiBaseUrl: env['OPENAI_BASE_URL'],
    anthropicModel: env['CAS_ANTHROPIC_MODEL'],
    openaiModel: env['CAS_OPENAI_MODEL'],
    ...providerSettings(env),
    modelPolicy: isPolicy(policy) ? policy : undefined,
    models: words(env['CAS_MODELS']),
    runtime: env['CAS_RUNTIME'] || undefined,
    protectedPaths: words(env['CAS_PROTECTED_PATHS']),
    durability: durabilities.find((one) => one === env['CAS_DURABILITY']),
    maxParallelSteps: Number.isInteger(parallel) && parallel >= 1 && parallel <= 64 ? parallel : DEFAULT_PARALLEL_STEPS,
    breaker: numbers(env, {
      failureThreshold: 'CAS_BREAKER_FAILURES',
      successThreshold: 'CAS_BREAKER_SUCCESSES',
      timeoutMs: 'CAS_BREAKER_OPEN_MS',
      monitoringPeriodMs: 'CAS_BREAKER_PERIOD_MS',
    }),
    callLimits: numbers(env, {
      connectMs: 'CAS_CONNECT_MS',
      firstByteMs: 'CAS_FIRST_BYTE_MS',
      idleMs: 'CAS_IDLE_MS',
      totalMs: 'CAS_CALL_MS',
    }),
    hedgeAfterMs: numbers(env, { after: 'CAS_HEDGE_AFTER_MS' })['after'],
    ...(Number.isInteger(prefetch) && prefetch >= 0 && prefetch <= 1_000 && { queuePrefetch: prefetch }),
    ...limit('maxRuns', 'CAS_MAX_RUNS'),
    ...limit('maxRunsPerWorkflow', 'CAS_MAX_RUNS_PER_WORKFLOW'),
    ...limit('maxTasksPerAgent', 'CAS_MAX_TASKS_PER_AGENT'),
    ...limit('maxCallsPerProvider', 'CAS_MAX_CALLS_PER_PROVIDER'),
  };
}

/** Those that are whole numbers above 0. */
function numbers<Name extends string>(env: NodeJS.ProcessEnv, variables: { readonly [N in Name]: string }): { [N in Name]?: number } {
  const set = Object.entries<string>(variables).map(([name, variable]) => [name, Number(env[variable])] as const);
  return Object.fromEntries(set.filter(([, value]) => Number.isInteger(value) && value > 0)) as { [N in Name]?: number };
}

/** Separated by commas. */
function words(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

const policies = ['priority', 'cost', 'latency', 'health'] as const;

function isPolicy(word: string | undefined): word is (typeof policies)[number] {
  return (policies as readonly (string | undefined)[]).includes(word);
}

/** Base URLs and models of the providers beside Anthropic and OpenAI's chat. Blank is unset. */
export function providerSettings(
  env: NodeJS.ProcessEnv,
): Pick<HostSettings, 'openaiApi' | 'geminiBaseUrl' | 'geminiModel' | 'compatibleUrl' | 'compatibleModel' | 'compatibleImages'> {
  const api = env['CAS_OPENAI_API'];
  return {
    openaiApi: api === 'chat' || api === 'responses' ? api : undefined,
    geminiBaseUrl: env['GEMINI_BASE_URL'] || undefined,
    geminiModel: env['CAS_GEMINI_MODEL'] || undefined,
    compatibleUrl: env['CAS_OPENAI_COMPATIBLE_URL'] || undefined,
    compatibleModel: env['CAS_OPENAI_COMPATIBLE_MODEL'] || undefined,
    compatibleImages: env['CAS_OPENAI_COMPATIBLE_IMAGES'] === '1',
  };
}
