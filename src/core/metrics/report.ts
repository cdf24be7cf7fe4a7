// The report of a window: read once, then put together. Deterministic: the same rows give the same report.

import { RINGS_MS, SLO_LIMITS, sloLines } from '#core/metrics/slo.ts';
import { callFigures, groupBy, percentile, runFigures, sortedTimes, sum } from '#core/metrics/totals.ts';
import { before } from '#core/metrics/window.ts';
import type { EndedGroup, ErrorGroup, HourGroup, MetricsRepository, MetricsWindow } from '#core/store/metrics.ts';
import type { AgentFigures, ErrorFigures, MetricsReport, Totals } from '#protocol/metrics.ts';

const EXECUTIONS_TIMED = 10_000;
const NAMED = 50;

interface Rows {
  readonly ended: readonly EndedGroup[];
  readonly hours: readonly HourGroup[];
}

/** `elapsed`: ms since it was called first. */
export async function metricsReport(store: MetricsRepository, window: MetricsWindow, elapsed: () => number): Promise<MetricsReport> {
  const [now, earlier, errors, times, rings, system] = await Promise.all([
    readRows(store, window),
    readRows(store, before(window)),
    store.errors(window),
    store.executionTimes(window, EXECUTIONS_TIMED),
    store.rings(window, RINGS_MS, SLO_LIMITS),
    store.system(window),
  ]);
  const queryMs = elapsed();
  const { since, until, workflow, agent, bucketMs } = window;
  return {
    since,
    until,
    workflow,
    agent,
    totals: totalsOf(now),
    before: totalsOf(earlier),
    bucketMs,
    series: seriesOf(now, window),
    workflows: workflowsOf(now),
    agents: agentsOf(now.hours, times),
    errors: errorsOf(errors, window),
    runtimes: Array.from(
      groupBy(now.ended, ({ runtime }) => runtime),
      ([runtime, groups]) => ({
        runtime: String(runtime),
        runs: sum(groups.map(({ runs }) => runs)),
      }),
    ),
    system: { breakerOpenings: system.openings, messages: system.messages },
    slo: sloLines(rings),
    queryMs,
  };
}

async function readRows(store: MetricsRepository, window: MetricsWindow): Promise<Rows> {
  const [ended, hours] = await Promise.all([store.ended(window), store.hours(window)]);
  return { ended, hours };
}

const totalsOf = ({ ended, hours }: Rows): Totals => ({ ...runFigures(ended), ...callFigures(hours) });

const EMPTY: Rows = { ended: [], hours: [] };

/** The rows of each value of a key, in one pass over each list. */
function split(rows: Rows, key: (row: EndedGroup | HourGroup) => string | number): ReadonlyMap<string | number, Rows> {
  const [ended, hours] = [groupBy(rows.ended, key), groupBy(rows.hours, key)];
  const names = new Set([...ended.keys(), ...hours.keys()]);
  return new Map(Array.from(names, (name) => [name, { ended: ended.get(name) ?? [], hours: hours.get(name) ?? [] }]));
}

const bucketsOf = ({ since, until, bucketMs }: MetricsWindow): number => Math.max(1, Math.ceil((until - since) / bucketMs));

function seriesOf(rows: Rows, window: MetricsWindow): MetricsReport['series'] {
  const parts = split(rows, ({ bucket }) => bucket);
  return Array.from({ length: bucketsOf(window) }, (_, bucket) => ({
    at: window.since + bucket * window.bucketMs,
    ...totalsOf(parts.get(bucket) ?? EMPTY),
  }));
}

function workflowsOf(rows: Rows): MetricsReport['workflows'] {
  const parts = split(rows, ({ workflow }) => workflow);
  const all = Array.from(parts, ([workflow, part]) => ({ workflow: String(workflow) || '(removed run)', ...totalsOf(part) }));
  return all.sort((a, b) => b.costMicroUsd - a.costMicroUsd || b.runs - a.runs || (a.workflow < b.workflow ? -1 : 1)).slice(0, NAMED);
}

function agentsOf(hours: readonly HourGroup[], times: ReadonlyMap<string, readonly number[]>): MetricsReport['agents'] {
  const all = Array.from(
    groupBy(hours, ({ agent }) => agent),
    ([agent, groups]): AgentFigures => {
      const executions = sum(groups.map((group) => group.executions));
      return {
        agent: String(agent),
        executions,
        succeeded: sum(groups.map(({ succeeded }) => succeeded)),
        meanMs: executions === 0 ? null : sum(groups.map(({ ms }) => ms)) / executions,
        p95Ms: percentile(sortedTimes([times.get(String(agent)) ?? []]), 0.95),
        ...callFigures(groups),
      };
    },
  );
  const tokens = (one: AgentFigures): number => one.inputTokens + one.outputTokens;
  return all.sort((a, b) => tokens(b) - tokens(a) || b.executions - a.executions || (a.agent < b.agent ? -1 : 1)).slice(0, NAMED);
}

function errorsOf(groups: readonly ErrorGroup[], window: MetricsWindow): readonly ErrorFigures[] {
  const all = Array.from(groupBy(groups, ({ agent, code }) => `${code}\n${agent}`).values(), (own): ErrorFigures => {
    const trend = Array.from({ length: bucketsOf(window) }, () => 0);
    for (const { bucket, errors } of own) trend[bucket] = (trend[bucket] ?? 0) + errors;
    const { agent = '', code = '' } = own[0] ?? {};
    return { code, agent, count: sum(own.map(({ errors }) => errors)), lastAt: Math.max(...own.map(({ lastAt }) => lastAt)), trend };
  });
  return all.sort((a, b) => b.count - a.count || b.lastAt - a.lastAt || (a.code < b.code ? -1 : 1)).slice(0, NAMED);
}
