// Set Budget…: what all runs together may cost a day. At the limit a run pauses and asks.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import type { BudgetStatus } from '#protocol/spending.ts';

const { t } = vscode.l10n;
const MICRO = 1_000_000;

/** Dollars of a budget as typed; null when it is none. */
export function parseDollars(text: string): number | null {
  const value = Number(text.trim().replace(/^\$/, ''));
  return text.trim() !== '' && Number.isFinite(value) && value >= 0.01 ? Math.round(value * MICRO) : null;
}

function dollars(microUsd: number): string {
  return `$${(microUsd / MICRO).toFixed(2)}`;
}

function describe(day: BudgetStatus | undefined): string {
  if (day?.limit.costMicroUsd === undefined) return t('No daily budget is set.');
  return t('{0} of {1} are spent today.', dollars(day.spent.costMicroUsd), dollars(day.limit.costMicroUsd));
}

/** The new daily budget in micro US dollars, null when it was removed, undefined when the person stopped. */
export async function setBudget(editor: Editor): Promise<number | null | undefined> {
  const api = await editor.core.get();
  const day = (await api.call('budgets.get')).find(({ scope }) => scope.kind === 'day');
  const now = day?.budget.costMicroUsd;
  const typed = await vscode.window.showInputBox({
    title: t('Daily budget of this folder, in dollars'),
    prompt: t('{0} At the limit a run pauses and asks. Empty removes the budget.', describe(day)),
    value: now === undefined ? '' : String(now / MICRO),
    placeHolder: '5.00',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' || parseDollars(text) !== null ? null : t('Write an amount of at least 0.01.')),
  });
  if (typed === undefined) return undefined;
  const costMicroUsd = parseDollars(typed);
  const tokens = day?.budget.tokens;
  const budget = { ...(costMicroUsd !== null && { costMicroUsd }), ...(tokens !== undefined && { tokens }) };
  await api.call('budgets.set', { scope: { kind: 'day' }, budget: Object.keys(budget).length === 0 ? null : budget });
  await editor.model.refresh('runs');
  return costMicroUsd;
}
