// Commands around the product itself: keys, the log, a second try at starting.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';

const { t } = vscode.l10n;

const PROVIDERS = [
  { label: 'Anthropic', secret: 'ANTHROPIC_API_KEY', page: 'console.anthropic.com' },
  { label: 'OpenAI', secret: 'OPENAI_API_KEY', page: 'platform.openai.com' },
  { label: 'Google Gemini', secret: 'GEMINI_API_KEY', page: 'aistudio.google.com' },
  { label: t('OpenAI-compatible endpoint'), secret: 'CAS_OPENAI_COMPATIBLE_KEY', page: t('whoever runs the endpoint') },
] as const;

/** The key goes to the editor's secret store and nowhere else. An empty answer removes a stored one. */
async function addKey(editor: Editor): Promise<void> {
  const stored = await Promise.all(PROVIDERS.map(({ secret }) => editor.context.secrets.get(secret)));
  const items = PROVIDERS.map((provider, index) => ({
    label: provider.label,
    description: stored[index] ? t('a key is stored') : '',
    detail: provider.secret,
    provider,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: t('Whose key is it') });
  if (!picked) return;
  const { secret, label, page } = picked.provider;
  const key = await vscode.window.showInputBox({
    title: t('API key for {0}', label),
    prompt: t('From {0}. It stays in the secret store of this machine; empty removes it.', page),
    password: true,
    ignoreFocusOut: true,
    validateInput: (typed) => (/\s/.test(typed.trim()) ? t('A key has no spaces in it.') : null),
  });
  if (key === undefined) return;
  const removed = key.trim() === '';
  if (removed) await editor.context.secrets.delete(secret);
  else await editor.context.secrets.store(secret, key.trim());
  await (await editor.core.get()).call('audit.note', { action: removed ? 'key.remove' : 'key.add', target: secret });
}

export const setupCommands: readonly Command[] = [
  { id: 'cas.provider.addKey', needs: 'nothing', run: addKey },
  { id: 'cas.log.show', needs: 'nothing', run: async (editor) => editor.log.show() },
  {
    id: 'cas.core.retry',
    needs: 'nothing',
    run: async (editor) => {
      await editor.core.retry();
      await editor.model.refresh('agents', 'workflows', 'runs', 'proposals');
    },
  },
];
