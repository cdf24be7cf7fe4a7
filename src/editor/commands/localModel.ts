// Use a Local Model…: finds a server on this machine that speaks OpenAI's chat completions, and sets it up by what it offers.

import * as vscode from 'vscode';
import { AppError, toErrorView } from '#base/errors.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';

const { t } = vscode.l10n;

const PROBE_MS = 2_000;
const SERVERS = [
  { label: 'Ollama', url: 'http://localhost:11434/v1' },
  { label: 'LM Studio', url: 'http://localhost:1234/v1' },
  { label: 'llama.cpp', url: 'http://localhost:8080/v1' },
  { label: 'vLLM', url: 'http://localhost:8000/v1' },
] as const;

interface Server {
  readonly label: string;
  readonly url: string;
  readonly models: readonly string[];
}

/** The models an endpoint lists. Throws `editor.noLocalModel` when nobody answers or what answers lists no models. */
export async function modelsAt(url: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${url}/models`, { signal: AbortSignal.timeout(PROBE_MS), redirect: 'error' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const body = (await response.json()) as { readonly data?: readonly { readonly id?: unknown }[] };
    return (body.data ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  } catch (error) {
    throw new AppError({
      code: 'editor.noLocalModel',
      message: t('{0} does not answer as a model server: {1}', url, toErrorView(error).message),
      details: { url },
      cause: error,
    });
  }
}

async function reachable(): Promise<readonly Server[]> {
  const found = await Promise.allSettled(
    SERVERS.map(async (server): Promise<Server> => ({ ...server, models: await modelsAt(server.url) })),
  );
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

async function pickServer(): Promise<Server | null> {
  const options = { location: vscode.ProgressLocation.Notification, title: t('Looking for model servers on this machine') };
  const servers = await vscode.window.withProgress(options, reachable);
  const items = servers.map((server) => ({
    label: server.label,
    description: server.url,
    detail: server.models.length === 0 ? t('It answers, and has no model yet') : server.models.slice(0, 5).join(', '),
    server,
  }));
  const other = { label: t('Another address…'), description: '', detail: '', server: null };
  const placeHolder = items.length === 0 ? t('No server answers at the usual ports') : t('Choose a model server');
  const picked = await vscode.window.showQuickPick([...items, other], { placeHolder });
  if (!picked) return null;
  return picked.server ?? askAddress();
}

async function askAddress(): Promise<Server | null> {
  const typed = await vscode.window.showInputBox({
    title: t('Address of the model server'),
    prompt: t('Up to and without /chat/completions'),
    value: SERVERS[0].url,
    ignoreFocusOut: true,
    validateInput: (text) =>
      URL.canParse(text) && /^https?:/.test(text) ? null : t('Write an address that begins with http:// or https://'),
  });
  if (typed === undefined) return null;
  const url = typed.trim().replace(/\/+$/, '');
  return { label: url, url, models: await modelsAt(url) };
}

/** The model that is set up now; null when the person stopped. Throws `editor.noLocalModel`. */
export async function useLocalModel(_editor: Editor): Promise<string | null> {
  const server = await pickServer();
  if (!server) return null;
  if (server.models.length === 0) {
    const text = t('{0} has no model yet. Load one there first, for example with: ollama pull qwen3', server.label);
    void vscode.window.showInformationMessage(plainMessage(text));
    return null;
  }
  const model = await vscode.window.showQuickPick(server.models, { placeHolder: t('Choose a model of {0}', server.label) });
  if (model === undefined) return null;
  const settings = vscode.workspace.getConfiguration('cas');
  await settings.update('compatible.baseUrl', server.url, vscode.ConfigurationTarget.Global);
  await settings.update('compatible.model', model, vscode.ConfigurationTarget.Global);
  vscode.window.setStatusBarMessage(t('Agents reason with {0} from now on.', model), 5000);
  return model;
}
