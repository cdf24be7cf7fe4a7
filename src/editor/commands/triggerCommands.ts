// What starts workflows by itself: on or off in this folder, each by itself, and tried without starting anything.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import type { TriggerList, TriggerTrial, TriggerView } from '#protocol/trigger.ts';

const { t } = vscode.l10n;

/** All at once: they start runs without being asked, so turning them on says what they are. Returns whether they are on now. */
async function turnOn(editor: Editor): Promise<boolean> {
  const api = await editor.core.get();
  const { enabled, triggers } = await api.call('triggers.list');
  if (enabled) return true;
  const able = triggers.filter((one) => one.enabled);
  const detail = [
    t('They start workflows by themselves, within the budgets of each, until you turn them off:'),
    ...able.map((one) => `${one.workflow}: ${one.title}`),
  ];
  const yes = t('Turn On');
  const question = t('Turn on {0} triggers in this folder?', able.length);
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail: detail.join('\n') }, yes);
  if (answer !== yes) return false;
  await api.call('triggers.set', { enabled: true });
  return true;
}

async function turnOff(editor: Editor): Promise<void> {
  const api = await editor.core.get();
  await api.call('triggers.set', { enabled: false });
  vscode.window.setStatusBarMessage(t('Triggers are off. Runs that began go on.'), 5_000);
}

function budgetOf({ runsLastHour, maxPerHour, runsLastDay, maxPerDay }: TriggerView): string {
  return t('{0} of {1} runs in the last hour, {2} of {3} in the last day', runsLastHour, maxPerHour, runsLastDay, maxPerDay);
}

async function pickTrigger(list: TriggerList, title: string): Promise<TriggerView | undefined> {
  const items = list.triggers.map((trigger) => ({
    label: `$(zap) ${trigger.title}`,
    description: `${trigger.workflow}${trigger.enabled ? '' : ` · ${t('off')}`}`,
    detail: budgetOf(trigger),
    trigger,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.trigger;
}

/** Says what a sample of what the trigger looks at would start. `id`: that trigger, else a person picks one. */
async function tryOne(editor: Editor, id: unknown): Promise<readonly TriggerTrial[] | undefined> {
  const api = await editor.core.get();
  const list = await api.call('triggers.list');
  const trigger = list.triggers.find((one) => one.id === id) ?? (await pickTrigger(list, t('Try Trigger')));
  if (trigger === undefined) return undefined;
  const trials = await api.call('triggers.test', { name: trigger.id });
  const [trial] = trials;
  if (trial !== undefined) void vscode.window.showInformationMessage(plainMessage(verdict(trigger, trial)));
  return trials;
}

function verdict({ workflow, title }: TriggerView, { matches, reason, heldBy }: TriggerTrial): string {
  if (!matches) return t('{0} ({1}) would not start: {2}', workflow, title, reason);
  return heldBy === null ? t('{0} ({1}) would start.', workflow, title) : t('{0} ({1}) matches, and is held: {2}', workflow, title, heldBy);
}

async function switchOne(editor: Editor, { id, enabled }: TriggerView): Promise<void> {
  await (await editor.core.get()).call('triggers.set', { name: id, enabled: !enabled });
}

/** All of it in one list, which stays until the person leaves it. */
async function manage(editor: Editor): Promise<void> {
  for (;;) {
    const list = await (await editor.core.get()).call('triggers.list');
    const picked = await vscode.window.showQuickPick(choices(editor, list), {
      title: t('Triggers'),
      placeHolder: list.enabled ? t('Triggers are on in this folder') : t('Triggers are off in this folder: none of these starts anything'),
      matchOnDescription: true,
    });
    if (picked?.run === undefined) return;
    await picked.run();
  }
}

interface Choice extends vscode.QuickPickItem {
  readonly run?: () => Promise<unknown>;
}

function choices(editor: Editor, list: TriggerList): readonly Choice[] {
  const all: Choice = list.enabled
    ? { label: `$(circle-slash) ${t('Turn Triggers Off')}`, run: () => turnOff(editor) }
    : { label: `$(zap) ${t('Turn Triggers On…')}`, run: () => turnOn(editor) };
  const each = list.triggers.flatMap((trigger): Choice[] => [
    { label: trigger.workflow, kind: vscode.QuickPickItemKind.Separator },
    {
      label: trigger.enabled ? `$(circle-slash) ${t('Turn off')}` : `$(check) ${t('Turn on')}`,
      description: trigger.title,
      detail: budgetOf(trigger),
      run: () => switchOne(editor, trigger),
    },
    { label: `$(beaker) ${t('Try')}`, description: trigger.title, run: () => tryOne(editor, trigger.id) },
  ]);
  return [all, ...each];
}

export const triggerCommands: readonly Command[] = [
  { id: 'cas.trigger.manage', needs: 'trust', run: manage },
  { id: 'cas.trigger.turnOn', needs: 'trust', run: turnOn },
  { id: 'cas.trigger.turnOff', needs: 'nothing', run: turnOff },
  { id: 'cas.trigger.try', needs: 'trust', run: tryOne },
];
