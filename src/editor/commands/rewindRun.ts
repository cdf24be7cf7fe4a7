// Takes a run back to one of its checkpoints: chosen, confirmed with what is set aside, and left paused.

import * as vscode from 'vscode';
import { dotted, plural } from '#base/figures.ts';
import type { Editor } from '#editor/editor.ts';
import { resolveRun } from '#editor/commands/runTarget.ts';
import { moment } from '#editor/views/format.ts';
import { stepLook } from '#editor/views/states.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { VersionView } from '#protocol/runView.ts';

const { t } = vscode.l10n;

/** A number only for tests and other extensions: they choose by it. */
interface Chosen {
  readonly version?: unknown;
}

/** Resolves to what was set aside; null when the person changed their mind. */
export async function rewindRun(editor: Editor, argument: unknown): Promise<readonly string[] | null> {
  const id = await resolveRun(editor, argument, ({ version }) => version > 0);
  if (!id) return null;
  const api = await editor.core.get();
  const given = (argument as Chosen | undefined)?.version;
  const version = typeof given === 'number' ? given : await pickVersion(api, id);
  if (version === null) return null;
  const reason = await confirm(api, id, version);
  if (reason === null) return null;
  const run = await api.call('runs.get', id);
  if (run.status === 'executing') await api.call('runs.pause', { id, reason: t('to rewind') });
  const { setAside } = await api.call('runs.rollback', { id, version, reason });
  offerResume(editor, id, setAside.length);
  return setAside;
}

async function pickVersion(api: CoreApi, id: string): Promise<number | null> {
  const versions = await api.call('runs.history', id);
  const now = Date.now();
  const items = versions.toReversed().map((one) => ({ ...itemOf(one, now), version: one.version }));
  const start = { label: t('Start'), description: t('nothing is done'), version: 0, iconPath: new vscode.ThemeIcon('debug-start') };
  const picked = await vscode.window.showQuickPick([...items, start], {
    title: t('Rewind to Checkpoint'),
    placeHolder: t('Choose the checkpoint to go back to'),
    matchOnDetail: true,
  });
  return picked?.version ?? null;
}

function itemOf({ version, path, status, at, setAside }: VersionView, now: number): vscode.QuickPickItem {
  const { icon, word } = stepLook(status);
  return { label: path, description: dotted(word, `v${version}`, setAside && t('set aside')), detail: moment(at, now), iconPath: icon };
}

/** The reason, which may be empty; null: leave it as it is. */
async function confirm(api: CoreApi, id: string, version: number): Promise<string | null> {
  const later = (await api.call('runs.history', { id, since: version + 1 })).filter(({ setAside }) => !setAside);
  const paths = [...new Set(later.map(({ path }) => path))];
  const what =
    paths.length === 0
      ? t('No result is set aside.')
      : plural(paths.length, t('1 result is set aside, not deleted.'), t('{0} results are set aside, not deleted.', paths.length));
  const reason = await vscode.window.showInputBox({
    title: t('Rewind to Checkpoint'),
    prompt: `${what} ${t('Files in the folder do not change. Why do you go back?')}`,
    placeHolder: paths.slice(0, 5).join(', '),
  });
  return reason ?? null;
}

/** Not waited for: the command is done. */
function offerResume(editor: Editor, id: string, count: number): void {
  const resume = t('Resume');
  const text = plural(
    count,
    t('The run is rewound and paused. 1 result was set aside.'),
    t('The run is rewound and paused. {0} results were set aside.', count),
  );
  vscode.window.showInformationMessage(text, resume).then(
    (chosen) => chosen === resume && vscode.commands.executeCommand('cas.run.resume', { runId: id }),
    (error: unknown) => editor.log.error('the offer to resume a run could not be shown', {}, error),
  );
}
