// Keys from the editor's secret storage, else from the environment. What was given out is known to the log, which hides it.

import type * as vscode from 'vscode';
import type { Secrets } from '#core/ports.ts';
import { secretValues } from '#node/ports/secrets.ts';

export interface EditorSecrets extends Secrets {
  /** Every secret that a line of the log might hold. */
  known(): readonly string[];
}

export function createEditorSecrets(storage: vscode.SecretStorage): EditorSecrets {
  const given = new Set<string>();
  return {
    async get(name) {
      const value = (await storage.get(name)) ?? process.env[name];
      if (value !== undefined && value !== '') given.add(value);
      return value;
    },
    known: () => [...given, ...secretValues(process.env)],
  };
}
