// Plans of the workspace, put together: their methods, and the runs whose time is written down in them.

import { assertTrusted, PERSON } from '#core/api/runDeps.ts';
import { migrationMethods } from '#core/migration/methods.ts';
import { Migrations } from '#core/migration/migrations.ts';
import type { HostPorts } from '#core/ports.ts';
import { features } from '#core/runtimes/parity/features.ts';
import { migrationFeatures } from '#core/runtimes/parity/migrationPhases.ts';
import type { ProposalDesk, Skill } from '#core/skills/skill.ts';
import type { Store } from '#core/store/store.ts';
import type { MigrationMethods } from '#protocol/migration.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface MigrationPlansDeps {
  readonly ports: HostPorts;
  readonly store: Store;
  readonly skill: (id: string) => Skill;
  readonly desk: ProposalDesk;
  readonly changed: () => void;
}

export interface MigrationPlans {
  readonly methods: MigrationMethods;
  /** Takes the events of all runs. */
  follow(event: RunEvent): void;
  /** For the owner's start: writes the time of runs down that nobody could write before. */
  catchUp(): void;
  /** Gives up an audit that goes on, and waits for what is being written. */
  close(): Promise<void>;
}

export function createMigrationPlans({ ports, store, skill, desk, changed }: MigrationPlansDeps): MigrationPlans {
  const closing = new AbortController();
  const priorities = new Map<string, (typeof features)[number]['priority']>(features.map(({ id, priority }) => [id, priority]));
  const builtIn = migrationFeatures.map((feature) => ({ ...feature, priority: priorities.get(feature.probe) ?? 'important' }));
  const migrations = new Migrations({ ports, store, builtIn, changed });
  return {
    methods: migrationMethods({
      migrations,
      ports,
      store,
      skill,
      desk,
      changed,
      actor: PERSON,
      assertTrusted: () => assertTrusted(ports),
      signal: closing.signal,
    }),
    follow({ type, runId }) {
      if (type === 'run.completed' || type === 'run.partial' || type === 'run.failed' || type === 'run.cancelled')
        migrations.runHours.ended(runId);
    },
    catchUp: () => migrations.runHours.catchUp(),
    async close() {
      closing.abort();
      await migrations.runHours.flush();
    },
  };
}
