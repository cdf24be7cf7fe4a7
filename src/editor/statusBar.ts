// One status bar item: `CAS: 1 running, 1 waiting for you`. It appears with the first reading of the runs, and says too when a
// provider does not answer or the daily budget is nearly spent.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { countRuns, type RunCounts } from '#editor/views/runNodes.ts';
import type { AgentView } from '#protocol/agent.ts';
import type { BudgetStatus } from '#protocol/spending.ts';

const { t } = vscode.l10n;

/** The budget is read at most this often, in ms. */
const BUDGET_EVERY_MS = 3_000;
/** Share of a budget from which it is shown. */
const NEAR = 0.8;

export interface StatusFacts {
  readonly counts: RunCounts;
  /** Providers whose circuit is open. */
  readonly down: readonly string[];
  /** Of the day; null: none is set, or little of it is spent. */
  readonly budget: { readonly spent: number; readonly limit: number } | null;
}

export interface StatusLook {
  readonly text: string;
  readonly tooltip: string;
  readonly command: string;
  readonly warns: boolean;
}

/** Providers an agent cannot call now. */
export function providersDown(agents: readonly AgentView[]): readonly string[] {
  const open = agents.flatMap(({ health }) => health.breakers.filter(({ status }) => status === 'open').map(({ provider }) => provider));
  return [...new Set(open)].sort();
}

/** Null while less than most of the daily budget is spent. */
export function nearBudget(budgets: readonly BudgetStatus[]): StatusFacts['budget'] {
  const day = budgets.find(({ scope }) => scope.kind === 'day');
  const limit = day?.limit.costMicroUsd;
  if (!day || limit === undefined || day.spent.costMicroUsd < NEAR * limit) return null;
  return { spent: day.spent.costMicroUsd, limit };
}

/** What needs the person comes first. */
export function statusLook({ counts, down, budget }: StatusFacts): StatusLook {
  const { running, paused, waiting } = counts;
  const dollars = (microUsd: number): string => `$${(microUsd / 1_000_000).toFixed(2)}`;
  const parts = [
    running > 0 && t('{0} running', running),
    paused > 0 && t('{0} paused', paused),
    waiting > 0 && t('{0} waiting for you', waiting),
    down.length > 0 && t('{0} not answering', down.join(', ')),
    budget && t('{0} of {1} today', dollars(budget.spent), dollars(budget.limit)),
  ];
  const words = parts.filter(Boolean).join(', ');
  const spent = budget !== null && budget.spent >= budget.limit;
  const text = (glyph: string): string => (words ? `$(${glyph}) CAS: ${words}` : `$(${glyph}) CAS`);
  if (waiting > 0) return { text: text('person'), tooltip: t('Go to Next Decision'), command: 'cas.decision.next', warns: true };
  if (down.length > 0) {
    const tooltip = t('{0} does not answer. Runs go on with other models or pause. Show Agents', down.join(', '));
    return { text: text('error'), tooltip, command: 'cas.agents.focus', warns: true };
  }
  if (budget !== null) return { text: text('credit-card'), tooltip: t('Set Budget…'), command: 'cas.budget.set', warns: spent };
  const tooltip = t('Open the CAS dashboard');
  return { text: text(running > 0 ? 'sync~spin' : 'type-hierarchy'), tooltip, command: 'cas.dashboard.open', warns: false };
}

export function contributeStatusBar(editor: Editor): void {
  let item: vscode.StatusBarItem | null = null;
  let budget: StatusFacts['budget'] = null;
  let readAt = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const runs = editor.model.get('runs');
    if (!runs) return;
    if (!item) {
      item = editor.own(vscode.window.createStatusBarItem('cas.status', vscode.StatusBarAlignment.Left, 1));
      item.name = 'CAS';
      item.show();
    }
    const look = statusLook({ counts: countRuns(runs), down: providersDown(editor.model.get('agents') ?? []), budget });
    Object.assign(item, { text: look.text, tooltip: look.tooltip, command: look.command });
    item.backgroundColor = look.warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.accessibilityInformation = { label: look.text.replace(/^\$\([^)]+\) /, '') };
  };
  const readBudget = async (): Promise<void> => {
    timer = undefined;
    readAt = Date.now();
    const { state } = editor.core;
    if (state.kind !== 'ready') return;
    budget = nearBudget(await state.api.call('budgets.get'));
    draw();
  };
  const update = (): void => {
    draw();
    const read = (): void =>
      void readBudget().catch((error: unknown) => editor.log.warn('budgets could not be read', { reason: String(error) }));
    timer ??= setTimeout(read, Math.max(0, readAt + BUDGET_EVERY_MS - Date.now()));
  };
  editor.own({ dispose: () => clearTimeout(timer) });
  editor.own(editor.model.onDidChange(update));
  editor.own(
    editor.core.onDidChangeState((state) => {
      if (state.kind === 'ready') editor.model.want('runs', 'agents');
    }),
  );
}
