// The `migrations.*` methods of the API.

import { auditPlanText } from '#core/migration/audit/auditPlan.ts';
import { survey } from '#core/migration/audit/survey.ts';
import { checkMigration } from '#core/migration/check.ts';
import { dayText, localDay } from '#core/migration/day.ts';
import { deliveryText } from '#core/migration/delivery.ts';
import { clockRuns, noClock, planExists } from '#core/migration/errors.ts';
import { roundHours } from '#core/migration/figures/hours.ts';
import type { Migrations } from '#core/migration/migrations.ts';
import type { HostPorts } from '#core/ports.ts';
import type { ProposalDesk, Skill } from '#core/skills/skill.ts';
import type { Store } from '#core/store/store.ts';
import type { MigrationMethods, NewMigration } from '#protocol/migration.ts';
import type { Json } from '#base/json.ts';

const HOUR_MS = 3_600_000;

export interface MigrationMethodsDeps {
  readonly migrations: Migrations;
  readonly ports: HostPorts;
  readonly store: Pick<Store, 'audit'>;
  readonly skill: (id: string) => Skill;
  readonly desk: ProposalDesk;
  readonly assertTrusted: () => void;
  readonly actor: string;
  readonly changed: () => void;
  /** Fires when the workspace closes. */
  readonly signal: AbortSignal;
}

export function migrationMethods(deps: MigrationMethodsDeps): MigrationMethods {
  const { migrations, ports, assertTrusted, changed } = deps;
  const { clock } = ports;
  const audit = (action: string, target: string, data: Json): Promise<void> =>
    deps.store.audit.append({ at: clock.now(), actor: deps.actor, action, target, data });
  return {
    'migrations.list': () => migrations.list(),
    'migrations.get': (id) => migrations.get(id),
    'migrations.check': async ({ text, file = 'plan.yaml' }) => {
      const { plan, problems } = checkMigration(text, file);
      return { ok: plan !== null, problems };
    },
    'migrations.touched': async () => {
      migrations.runHours.retry();
      changed();
    },
    'migrations.create': async (request) => {
      assertTrusted();
      if ((await migrations.files.get(request.id)) !== null) throw planExists(`.cas/migrations/${request.id}.yaml`);
      const file = await migrations.files.create(request.id, await newText(deps, request));
      await audit('migration.create', request.id, { template: request.from.template });
      changed();
      return { id: request.id, file };
    },
    'migrations.edit': async ({ plan, edit, hash }) => {
      assertTrusted();
      await migrations.edit(plan, edit, hash);
      await audit('migration.edit', plan, { ...edit } as Json);
      return migrations.get(plan);
    },
    'migrations.startClock': async ({ plan, feature }) => {
      assertTrusted();
      const { status } = await migrations.featureOf(plan, feature);
      if ((await migrations.clocks.running(plan)).has(feature)) throw clockRuns(feature);
      if (status === 'not started' || status === 'unknown') await migrations.edit(plan, { kind: 'status', feature, status: 'in progress' });
      await migrations.clocks.start(plan, feature, clock.now());
      await audit('migration.clockStarted', `${plan}/${feature}`, null);
      changed();
      return migrations.get(plan);
    },
    'migrations.stopClock': async ({ plan, feature, discard = false }) => {
      assertTrusted();
      const startedAt = (await migrations.clocks.running(plan)).get(feature);
      if (startedAt === undefined) throw noClock(feature);
      if (!discard) await writeClock(migrations, { plan, feature, startedAt, now: clock.now() });
      await migrations.clocks.stop(plan, feature);
      await audit(discard ? 'migration.clockDiscarded' : 'migration.clockStopped', `${plan}/${feature}`, { startedAt });
      changed();
      return migrations.get(plan);
    },
  };
}

/** Written once, even when the process died between the entry and the clock's end: the start of the clock names the entry. */
async function writeClock(
  migrations: Migrations,
  { plan, feature, startedAt, now }: { readonly plan: string; readonly feature: string; readonly startedAt: number; readonly now: number },
): Promise<void> {
  const { entries } = await migrations.featureOf(plan, feature);
  const since = new Date(startedAt).toISOString().replace(/\.\d+Z$/, 'Z');
  const hours = roundHours((now - startedAt) / HOUR_MS);
  if (hours <= 0 || entries.some((entry) => entry.since === since)) return;
  await migrations.edit(plan, { kind: 'entry', feature, entry: { hours, from: 'clock', date: dayText(localDay(now)), run: null, since } });
}

async function newText(deps: MigrationMethodsDeps, { name, from }: NewMigration): Promise<string> {
  const today = dayText(localDay(deps.ports.clock.now()));
  switch (from.template) {
    case 'feature delivery':
      return deliveryText(name, from.pieces ?? [], today);
    case 'migration':
      return auditPlanText({ name, sides: { old: from.old, new: from.new }, survey: await survey(deps), today });
    case 'copy': {
      const text = await deps.migrations.textOf(from.of);
      return text.replace(/^name:.*$/m, () => `name: ${JSON.stringify(name)}`);
    }
  }
}
