// The dashboard and each of its tabs, by name.

import type { Command } from '#editor/commands/command.ts';
import type { DashboardTab } from '#protocol/pages/dashboard.ts';

const TABS = {
  'cas.dashboard.openLiveStatus': 'live',
  'cas.dashboard.openMigration': 'migration',
  'cas.dashboard.openRuns': 'runs',
  'cas.dashboard.openAgents': 'agents',
  'cas.dashboard.openFeedback': 'feedback',
  'cas.dashboard.openMetrics': 'metrics',
  'cas.dashboard.openAudit': 'audit',
} as const satisfies { readonly [id: `cas.dashboard.${string}`]: DashboardTab };

export const dashboardCommands: readonly Command[] = [
  { id: 'cas.dashboard.open', needs: 'nothing', run: async (editor) => editor.dashboard.show() },
  ...Object.entries(TABS).map(([id, tab]): Command => ({
    id: id as keyof typeof TABS,
    needs: 'nothing',
    run: async (editor, item) => editor.dashboard.show(typeof item === 'string' ? { tab, item } : { tab }),
  })),
];
