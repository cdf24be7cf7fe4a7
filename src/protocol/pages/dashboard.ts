// The contract of the dashboard: what its page may call, ask of the editor, and follow.

import { z } from 'zod';
import type { ErrorView } from '#base/errors.ts';
import type { CoreEvent, CoreMethod } from '#protocol/api.ts';
import type { RunSnapshot } from '#protocol/pages/runFeed.ts';
import { jsonSchema } from '#protocol/runEvents.ts';

/** Tabs, in their order. */
export const dashboardTabs = ['live', 'migration', 'runs', 'agents', 'feedback', 'metrics', 'audit'] as const;
export type DashboardTab = (typeof dashboardTabs)[number];

/** Where the dashboard stands. `item`: what is open in the tab, a run's or an agent's id. */
export interface DashboardPlace {
  readonly tab: DashboardTab;
  readonly item?: string;
}

/** Where a page begins when it is not where it was left. `alone`: it shows this place and no tabs, in a panel of its own. */
export interface PageStart extends DashboardPlace {
  readonly alone?: true;
}

/** Core methods the page may call. Files are written by native reviews alone, so accepting is not among them. */
export const dashboardMethods = [
  'workspace.info',
  'workflows.list',
  'agents.list',
  'agents.get',
  'agents.detail',
  'agents.setEnabled',
  'agents.resetBreakers',
  'feedback.give',
  'feedback.list',
  'feedback.withdraw',
  'feedback.outcome',
  'metrics.report',
  'metrics.export',
  'audit.list',
  'audit.verify',
  'runs.start',
  'runs.list',
  'runs.page',
  'runs.workflows',
  'runs.get',
  'runs.events',
  'runs.history',
  'runs.state',
  'runs.diff',
  'runs.fork',
  'runs.rollback',
  'runs.report',
  'runs.pause',
  'runs.resume',
  'runs.cancel',
  'runs.override',
  'runs.decide',
  'runs.estimate',
  'triggers.list',
  'queue.status',
  'runtimes.status',
  'parity.run',
  'parity.latest',
  'parity.history',
  'parity.outcomes',
  'dlq.list',
  'dlq.redrive',
  'dlq.discard',
  'costs.report',
  'budgets.get',
  'providers.list',
  'proposals.list',
  'proposals.get',
  'migrations.list',
  'migrations.get',
  'migrations.edit',
  'migrations.startClock',
  'migrations.stopClock',
] as const satisfies readonly CoreMethod[];
export type DashboardMethod = (typeof dashboardMethods)[number];

/** Commands of the editor the page may run; they check their arguments themselves. */
export const dashboardCommands = [
  'cas.workflow.run',
  'cas.run.open',
  'cas.run.openToSide',
  'cas.run.openReport',
  'cas.run.rerun',
  'cas.dashboard.openMigration',
  'cas.migration.newDelivery',
  'cas.migration.newMigration',
  'cas.migration.copy',
  'cas.decision.next',
  'cas.proposal.review',
  'cas.agent.open',
  'cas.agent.new',
  'cas.agent.edit',
  'cas.provider.addKey',
  'cas.provider.useLocal',
  'cas.budget.set',
  'cas.audit.export',
  'cas.runtime.switch',
  'cas.help.keyboard',
  'cas.log.show',
  'cas.core.retry',
  'workbench.trust.manage',
] as const;

const line = z.number().int().positive().max(10_000_000);

/** What the page may ask of the editor, with the shape of each argument. */
export const dashboardActions = {
  /** Opens a file of the workspace (relative path, `/`) at a line. */
  openFile: z.strictObject({ path: z.string().min(1).max(4_000), line: line.optional() }),
  /** A page of the web, in the browser, after the editor asked the person. */
  openLink: z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(4_000) }),
  command: z.strictObject({ id: z.enum(dashboardCommands), args: z.array(jsonSchema).max(5).optional() }),
  /** Asks where to save; false when the person changed their mind. */
  saveText: z.strictObject({ name: z.string().min(1).max(200), text: z.string().max(50_000_000) }),
  copyText: z.strictObject({ text: z.string().max(10_000_000) }),
} as const satisfies { readonly [action: string]: z.ZodType };

export type DashboardAction = keyof typeof dashboardActions;
export type ActionArgument<A extends DashboardAction> = z.infer<(typeof dashboardActions)[A]>;

/** What each action gives back. */
export interface ActionResults {
  readonly openFile: undefined;
  readonly openLink: undefined;
  readonly command: undefined;
  readonly saveText: boolean;
  readonly copyText: undefined;
}

/** Lists and figures that may have changed. */
export type ChangeName = Extract<CoreEvent, { kind: 'changed' }>['what'];

/** Whether the workspace can be worked with. */
export type CoreStanding = { readonly kind: 'idle' | 'opening' | 'ready' } | { readonly kind: 'failed'; readonly error: ErrorView };

/** What can be followed, with the value of each snapshot. `run:<id>` follows one run. */
export interface DashboardTopics {
  readonly core: CoreStanding;
  /** A number per list, raised whenever it changed. */
  readonly changes: { readonly [what: string]: number };
  /** Where a command wants the page to be; `id` is new with each command. Null: nowhere in particular. */
  readonly place: (DashboardPlace & { readonly id: string }) | null;
  readonly [run: `run:${string}`]: RunSnapshot;
}
