// Runs the probes of one runtime and draws up its report.

import type { Clock } from '#base/clock.ts';
import { AppError, toErrorView } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { Claims } from '#core/runtimes/parity/claims.ts';
import { type FeatureId, features } from '#core/runtimes/parity/features.ts';
import { isFault, isHostTrouble } from '#core/runtimes/parity/guard.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { Lab } from '#core/runtimes/parity/lab.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import { probeFor } from '#core/runtimes/parity/probes.ts';
import { traceOf } from '#core/runtimes/parity/trace.ts';
import type { ParityReport, ParityResult } from '#protocol/parity.ts';

/** Longest one probe may take, in ms: then it is a probe error, whatever the runtime. */
const PROBE_LIMIT_MS = 60_000;
/** Longest a probe waits for a runtime, in ms. Runtimes that work are not waited for. */
const WAIT_MS = 10_000;
/** Probes at the same time. They wait more than they work. */
const AT_ONCE = 4;

/** Never rejects. `only`: this feature alone, by default all. */
export async function measureParity(kind: RuntimeKind, host: ProbeHost, only?: FeatureId): Promise<ParityReport> {
  const at = host.clock.now();
  await loadEngine(host);
  const results = new Map<string, ParityResult>();
  const chosen = features.filter(({ id }) => only === undefined || id === only);
  const waiting = [...chosen];
  const worker = async (): Promise<void> => {
    for (let feature = waiting.shift(); feature; feature = waiting.shift()) {
      results.set(feature.id, await runProbe(probeFor(feature.id), { kind, host }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const ordered = chosen.flatMap(({ id }) => results.get(id) ?? []);
  const available = ordered.filter((result) => result.verdict === 'available').length;
  return { runtime: kind.id, at, durationMs: host.clock.now() - at, available, total: chosen.length, results: ordered };
}

export interface ProbeOptions {
  readonly kind: RuntimeKind;
  readonly host: ProbeHost;
  /** Default 10,000. */
  readonly waitMs?: number;
}

/** Never rejects: a fault of the runtime is a verdict, anything else that is thrown is a probe error. */
export async function runProbe(probe: Probe, { kind, host, waitMs = WAIT_MS }: ProbeOptions): Promise<ParityResult> {
  const startedAt = host.clock.now();
  const claims = new Claims();
  const lab = new Lab({ host, kind, waitMs });
  const error = await attempt(() => withinLimit(probe.run(lab, claims), host.clock));
  const durationMs = host.clock.now() - startedAt;
  await lab.dispose();
  const { feature } = probe;
  const measured = { feature, at: startedAt, durationMs, trace: traceOf(lab.events, startedAt) };
  const trouble = lab.hostTrouble ?? error;
  const { evidence, missing, verdict } = claims;
  if (trouble !== null) return { ...measured, evidence, verdict: 'probe error', error: toErrorView(trouble.error) };
  if (verdict === null) return { ...measured, evidence, verdict: 'probe error', error: toErrorView(claimless()) };
  return { ...measured, evidence, missing, verdict };

  async function attempt(run: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
    try {
      await run();
      return null;
    } catch (error) {
      if (!isFault(error) || isHostTrouble(error)) return { error };
      claims.fault(error.message);
      return null;
    }
  }
}

/** So that no probe is charged for the first store, which loads the database engine. A host that fails here fails in each probe. */
async function loadEngine(host: ProbeHost): Promise<void> {
  const store = await host.memoryStore().catch(() => null); // each probe reports it
  await store?.close();
}

function withinLimit(run: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => reject(overLimit()), PROBE_LIMIT_MS);
    run.then(resolve, reject).finally(() => timer.dispose());
  });
}

function overLimit(): AppError {
  return new AppError({ code: 'parity.timeLimit', message: `The probe did not end within ${PROBE_LIMIT_MS} ms.` });
}

function claimless(): AppError {
  return new AppError({ code: 'parity.noClaims', message: 'The probe claimed nothing that has to hold.' });
}
