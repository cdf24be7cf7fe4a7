// The tabs of the dashboard. Each is loaded when it is first opened: one line here, its folder beside, its styles in dashboard.css.

import type { ComponentType } from 'react';
import type { DashboardPlace, DashboardTab } from '#protocol/pages/dashboard.ts';
import { t } from '#ui/text.ts';

export interface TabProps {
  /** What is open in the tab, a run's or an agent's id; undefined for its start. */
  readonly item: string | undefined;
  /** Goes to another place of the dashboard, this tab's items included. */
  readonly go: (place: DashboardPlace) => void;
}

export interface Tab {
  readonly id: DashboardTab;
  readonly title: string;
  readonly load: () => Promise<{ readonly default: ComponentType<TabProps> }>;
}

export const tabs: readonly Tab[] = [
  {
    id: 'live',
    title: t('Live Status'),
    load: async () => ({ default: (await import('#ui/pages/dashboard/live/LiveStatus.tsx')).LiveStatus }),
  },
  {
    id: 'migration',
    title: t('Migration'),
    load: async () => ({ default: (await import('#ui/pages/dashboard/migration/Migration.tsx')).Migration }),
  },
  { id: 'runs', title: t('Runs'), load: async () => ({ default: (await import('#ui/pages/dashboard/runs/Runs.tsx')).Runs }) },
  { id: 'agents', title: t('Agents'), load: async () => ({ default: (await import('#ui/pages/dashboard/agents/Agents.tsx')).Agents }) },
  {
    id: 'feedback',
    title: t('Feedback'),
    load: async () => ({ default: (await import('#ui/pages/dashboard/feedback/Feedback.tsx')).Feedback }),
  },
  {
    id: 'metrics',
    title: t('Metrics'),
    load: async () => ({ default: (await import('#ui/pages/dashboard/metrics/Metrics.tsx')).Metrics }),
  },
  { id: 'audit', title: t('Audit'), load: async () => ({ default: (await import('#ui/pages/dashboard/audit/Audit.tsx')).Audit }) },
];
