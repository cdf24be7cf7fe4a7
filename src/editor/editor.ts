// What every feature of the editor layer works with. Built at activation; opens nothing.

import * as vscode from 'vscode';
import type { Log } from '#core/ports.ts';
import { AddedKinds } from '#core/runtimes/addedKinds.ts';
import { CoreAccess } from '#editor/coreAccess.ts';
import { createEditorSecrets } from '#editor/editorSecrets.ts';
import { createLog } from '#editor/hostLog.ts';
import { openCore } from '#editor/openCore.ts';
import { DashboardPanels } from '#editor/panels/dashboardPanel.ts';
import { RunPanels } from '#editor/panels/runPanels.ts';
import { ReviewSession } from '#editor/review/reviewSession.ts';
import { WorkspaceModel } from '#editor/workspaceModel.ts';
import { createRedactor } from '#node/ports/redact.ts';
import type { CoreApi } from '#protocol/api.ts';

export interface Editor {
  readonly context: vscode.ExtensionContext;
  readonly log: Log & { show(): void };
  readonly core: CoreAccess;
  /** A workspace of its own that stores nothing; the caller closes it. */
  readonly openDryCore: () => Promise<CoreApi>;
  readonly model: WorkspaceModel;
  readonly review: ReviewSession;
  readonly dashboard: DashboardPanels;
  /** Runtimes that other extensions offer. */
  readonly runtimes: AddedKinds;
  readonly runPanels: RunPanels;
  /** Registers something to be released with the extension. */
  own<T extends vscode.Disposable>(item: T): T;
}

export function createEditor(context: vscode.ExtensionContext): Editor {
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const secrets = createEditorSecrets(context.secrets);
  const log = createLog(
    own,
    createRedactor(() => secrets.known()),
  );
  const runtimes = new AddedKinds();
  const open = (dry: boolean): Promise<CoreApi> => openCore(context, log, { dry, secrets, runtimes });
  const core = own(new CoreAccess(() => open(false)));
  own(
    vscode.workspace.onDidGrantWorkspaceTrust(() =>
      core.restart().catch((error: unknown) => log.error('the workspace could not be opened again', {}, error)),
    ),
  );
  const model = own(new WorkspaceModel(core, log));
  const review = own(new ReviewSession(core));
  const dashboard = new DashboardPanels({ context, core, log });
  const runPanels = new RunPanels({ context, core, log });
  return {
    context,
    log,
    core,
    openDryCore: () => open(true),
    runtimes,
    model,
    review,
    dashboard,
    runPanels,
    own,
  };
}
