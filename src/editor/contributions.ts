// The features of the editor layer, by name. Each takes the editor and registers what it needs.

import { contributeBusFeed } from '#editor/busFeed.ts';
import { registerCommands } from '#editor/commands/register.ts';
import { contributeContextKeys } from '#editor/contextKeys.ts';
import { contributeDecisionToasts } from '#editor/decisionToasts.ts';
import type { Editor } from '#editor/editor.ts';
import { contributeDashboard } from '#editor/panels/dashboardPanel.ts';
import { contributeRunPanels } from '#editor/panels/runPanels.ts';
import { contributeMigrationFiles } from '#editor/language/migrationLanguage.ts';
import { contributeLanguage } from '#editor/language/workflowLanguage.ts';
import { contributeReview } from '#editor/review/contributeReview.ts';
import { contributeReviewView } from '#editor/review/reviewView.ts';
import { contributeStatusBar } from '#editor/statusBar.ts';
import { contributeTrustFiles } from '#editor/trustFiles.ts';
import { contributeViews } from '#editor/views/contributeViews.ts';
import { contributeMigrationView } from '#editor/views/migrationView.ts';

export const contributions: Readonly<Record<string, (editor: Editor) => void>> = {
  commands: registerCommands,
  'context keys': contributeContextKeys,
  views: contributeViews,
  dashboard: contributeDashboard,
  'tabs of runs': contributeRunPanels,
  'status bar': contributeStatusBar,
  'proposal review': contributeReview,
  'review view': contributeReviewView,
  'workflow files': contributeLanguage,
  'migration files': contributeMigrationFiles,
  'migration view': contributeMigrationView,
  decisions: contributeDecisionToasts,
  'message bus': contributeBusFeed,
  'files that act': contributeTrustFiles,
};
