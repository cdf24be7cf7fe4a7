// What agents' tools get from this window: its language services, its ripgrep, and a person who can be asked.

import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { createCodeIntelligence } from '#editor/codeIntelligence.ts';
import type { ToolOptions } from '#node/toolHost.ts';
import { type Allowance, allowances } from '#protocol/allowance.ts';

/** Where this version and its servers keep ripgrep, newest first. */
const RIPGREP = [
  ['node_modules', '@vscode', 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`],
  ['node_modules', '@vscode', 'ripgrep', 'bin'],
  ['node_modules.asar.unpacked', '@vscode', 'ripgrep', 'bin'],
];

export function editorTools(root: vscode.Uri): ToolOptions {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('cas');
  return {
    approvals: {
      canAsk: () => true,
      allowed: () =>
        new Set(
          settings()
            .get<Allowance[]>('allow', [])
            .filter((one) => allowances.includes(one)),
        ),
      howToAllow: (allowance) => vscode.l10n.t('add "{0}" to the setting "cas.allow"', allowance),
    },
    web() {
      const url = URL.parse(settings().get<string>('web.searchUrl', ''));
      return { allow: settings().get<string[]>('web.allow', []), search: url === null ? null : { url: url.href } };
    },
    code: createCodeIntelligence(root),
    ripgrep: ripgrepProgram(),
  };
}

/** Undefined where the editor has none: the one on PATH is taken, if any. */
function ripgrepProgram(): string | undefined {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  return RIPGREP.map((parts) => path.join(vscode.env.appRoot, ...parts, name)).find((file) => existsSync(file));
}
