// `CAS: Add API Key…`: a key goes to the editor's secret storage and nowhere else. One that is there is replaced, joined by a
// second, or removed, as the person says.

import * as vscode from 'vscode';
import { toErrorView } from '#base/errors.ts';
import { changeKeys, type KeyChange, storedKeys } from '#core/llm/keyChange.ts';
import type { Editor } from '#editor/editor.ts';

const { t } = vscode.l10n;

const PROVIDERS = [
  { label: 'Anthropic', secret: 'ANTHROPIC_API_KEY', page: 'console.anthropic.com' },
  { label: 'OpenAI', secret: 'OPENAI_API_KEY', page: 'platform.openai.com' },
  { label: 'Google Gemini', secret: 'GEMINI_API_KEY', page: 'aistudio.google.com' },
  { label: t('OpenAI-compatible endpoint'), secret: 'CAS_OPENAI_COMPATIBLE_KEY', page: t('whoever runs the endpoint') },
] as const;
type Provider = (typeof PROVIDERS)[number];

/** What a person wants of the keys that are stored; the key itself is asked for afterwards. */
type Wish = { readonly kind: 'replace' | 'remove'; readonly which: 'first' | 'second' } | { readonly kind: 'addSecond' };

export async function addKey({ context: { secrets }, core, log }: Editor): Promise<void> {
  const stored = await Promise.all(PROVIDERS.map(({ secret }) => storedKeys(secrets, secret)));
  const items = PROVIDERS.map((provider, index) => ({
    label: provider.label,
    description: [t('no key is stored'), t('a key is stored'), t('two keys are stored')][stored[index] ?? 0] ?? '',
    detail: provider.secret,
    provider,
    stored: stored[index] ?? 0,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: t('Whose key is it') });
  if (!picked) return;
  const wish: Wish | undefined = picked.stored === 0 ? { kind: 'replace', which: 'first' } : await askWish(picked.label, picked.stored);
  const change = wish && (await completed(wish, picked.provider));
  if (!change) return;
  const { secret } = picked.provider;
  await changeKeys(secrets, secret, change);
  try {
    const api = await core.get();
    await api.call('audit.note', { action: change.kind === 'remove' ? 'key.remove' : 'key.add', target: secret });
  } catch (error) {
    // Without an open folder there is no audit trail; the key is stored all the same.
    log.warn('The change of a key is in no audit trail.', { secret, reason: toErrorView(error).message });
  }
}

async function askWish(label: string, stored: number): Promise<Wish | undefined> {
  const one: readonly (vscode.QuickPickItem & { readonly wish: Wish })[] = [
    { label: t('Replace the key'), detail: t('The one before is deleted.'), wish: { kind: 'replace', which: 'first' } },
    {
      label: t('Add a second key'),
      detail: t('It is used when the first is refused, has no credit left or is limited for long.'),
      wish: { kind: 'addSecond' },
    },
    { label: t('Remove the key'), wish: { kind: 'remove', which: 'first' } },
  ];
  const two: typeof one = [
    { label: t('Replace the first key'), detail: t('The one before is deleted.'), wish: { kind: 'replace', which: 'first' } },
    { label: t('Replace the second key'), detail: t('The one before is deleted.'), wish: { kind: 'replace', which: 'second' } },
    { label: t('Remove the first key'), detail: t('The second becomes the first.'), wish: { kind: 'remove', which: 'first' } },
    { label: t('Remove the second key'), wish: { kind: 'remove', which: 'second' } },
  ];
  const placeHolder = stored === 1 ? t('A key for {0} is stored', label) : t('Two keys for {0} are stored', label);
  return (await vscode.window.showQuickPick(stored === 1 ? one : two, { placeHolder }))?.wish;
}

async function completed(wish: Wish, { label, page }: Provider): Promise<KeyChange | undefined> {
  if (wish.kind === 'remove') return { kind: 'remove', which: wish.which };
  const typed = await vscode.window.showInputBox({
    title: t('API key for {0}', label),
    prompt: t('From {0}. It stays in the secret store of this machine.', page),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return t('Paste the key, or press Escape to leave things as they are.');
      return /\s/.test(text.trim()) ? t('A key has no spaces in it.') : null;
    },
  });
  const key = typed?.trim();
  if (key === undefined || key === '') return undefined;
  return wish.kind === 'addSecond' ? { kind: 'addSecond', key } : { kind: 'replace', which: wish.which, key };
}
