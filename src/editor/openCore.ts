// Opens the core for the window's folder: the only place that loads it. Secrets come from the editor's secret store.

import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { AppError } from '#base/errors.ts';
import type { HostSettings, Log, Secrets } from '#core/ports.ts';
import { createEditorModels } from '#editor/editorModels.ts';
import { editorTools } from '#editor/toolOptions.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import { recordingFromEnvironment } from '#node/ports/recordings.ts';
import { providerSettings as environmentProviders } from '#node/ports/settings.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { AddedKinds } from '#core/runtimes/addedKinds.ts';
import type { Durability } from '#protocol/storeCare.ts';

function noFolder(): AppError {
  const virtual = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
  return new AppError({
    code: virtual ? 'editor.virtualWorkspace' : 'editor.noFolder',
    message: virtual
      ? vscode.l10n.t('CAS works on folders on disk. This window shows a virtual folder.')
      : vscode.l10n.t('Open a folder first: CAS works on one.'),
  });
}

function text(settings: vscode.WorkspaceConfiguration, key: string): string | undefined {
  const value = settings.get<string>(key)?.trim();
  return value === '' ? undefined : value;
}

/** Read anew at each call, so a change counts for the next step. */
export function readSettings(): HostSettings {
  const settings = vscode.workspace.getConfiguration('cas');
  return {
    anthropicBaseUrl: text(settings, 'anthropic.baseUrl') ?? process.env['ANTHROPIC_BASE_URL'],
    openaiBaseUrl: text(settings, 'openai.baseUrl') ?? process.env['OPENAI_BASE_URL'],
    anthropicModel: text(settings, 'anthropic.model'),
    openaiModel: text(settings, 'openai.model'),
    ...providerSettings(settings),
    breaker: settings.get<NonNullable<HostSettings['breaker']>>('models.breaker', {}),
    callLimits: settings.get<NonNullable<HostSettings['callLimits']>>('models.timeLimits', {}),
    hedgeAfterMs: settings.get<number>('models.hedgeAfterMs', 0) || undefined,
    modelPolicy: settings.get<HostSettings['modelPolicy']>('models.policy', 'priority'),
    models: settings.get<readonly string[]>('models.prefer', []),
    maxParallelSteps: settings.get<number>('maxParallelSteps', 4),
    runtime: text(settings, 'runtime'),
    queuePrefetch: settings.get<number>('queue.prefetch', 4),
    protectedPaths: settings.get<string[]>('protectedPaths', []),
    durability: settings.get<Durability>('store.durability', 'full'),
  };
}

/** Of the providers beside Anthropic and OpenAI's chat; an empty setting leaves it to the environment. */
function providerSettings(settings: vscode.WorkspaceConfiguration): Partial<HostSettings> {
  const api = text(settings, 'openai.api');
  return {
    ...environmentProviders(process.env),
    ...(api === 'chat' || api === 'responses' ? { openaiApi: api } : {}),
    ...given('geminiBaseUrl', text(settings, 'gemini.baseUrl')),
    ...given('geminiModel', text(settings, 'gemini.model')),
    ...given('compatibleUrl', text(settings, 'compatible.baseUrl')),
    ...given('compatibleModel', text(settings, 'compatible.model')),
    ...(settings.get<boolean>('compatible.images', false) ? { compatibleImages: true } : {}),
    editorModel: text(settings, 'editor.model'),
  };
}

function given(key: keyof HostSettings, value: string | undefined): Partial<HostSettings> {
  return value === undefined ? {} : { [key]: value };
}

/** Only a person's own settings count here, never the folder's: the setting's scope is the machine. */
function unsandboxed(): 'allow' | 'refuse' {
  return vscode.workspace.getConfiguration('cas').get<boolean>('allowUnsandboxedCommands', false) ? 'allow' : 'refuse';
}

/** In Restricted Mode a folder that CAS never worked on stays as it is: nothing is created in it. */
function mustStayUntouched(root: vscode.Uri): boolean {
  return !vscode.workspace.isTrusted && !existsSync(path.join(root.fsPath, '.cas', 'store.db'));
}

/** `dry`: a workspace of its own that stores nothing. Throws `editor.noFolder`, `editor.virtualWorkspace`, or what the core gives. */
export async function openCore(
  context: vscode.ExtensionContext,
  log: Log,
  options: { readonly dry: boolean; readonly secrets: Secrets; readonly runtimes: AddedKinds },
): Promise<CoreApi> {
  const root = workspaceRoot();
  if (!root) throw noFolder();
  const { openWorkspace } = await import('#node/openWorkspace.ts');
  return openWorkspace({
    root: root.fsPath,
    resources: path.join(context.extensionPath, 'resources'),
    distDir: path.join(context.extensionPath, 'dist'),
    secrets: options.secrets,
    log,
    trusted: () => vscode.workspace.isTrusted,
    settings: readSettings,
    extraProviders: [createEditorModels(() => readSettings().editorModel)],
    recording: recordingFromEnvironment(process.env, root.fsPath),
    addedRuntimes: options.runtimes,
    tools: editorTools(root),
    unsandboxed,
    howToAllow: vscode.l10n.t('turn on the setting "cas.allowUnsandboxedCommands"'),
    memory: options.dry || mustStayUntouched(root),
    resumeOnTakeover: true,
  });
}
