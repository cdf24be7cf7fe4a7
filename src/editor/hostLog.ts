// The core's log, written to the output channel "CAS", secrets taken out. The channel is made with the first line.

import * as vscode from 'vscode';
import { toErrorView } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Log } from '#core/ports.ts';

function line(message: string, fields: JsonObject | undefined): string {
  return fields && Object.keys(fields).length > 0 ? `${message} ${JSON.stringify(fields)}` : message;
}

function errorText(thrown: unknown): string {
  if (thrown === undefined) return '';
  const { code, message } = toErrorView(thrown);
  const stack = thrown instanceof Error && thrown.stack ? `\n${thrown.stack}` : '';
  return `: ${message} (${code})${stack}`;
}

export function createLog(own: <T extends vscode.Disposable>(item: T) => T, redact: (text: string) => string): Log & { show(): void } {
  let channel: vscode.LogOutputChannel | null = null;
  const open = (): vscode.LogOutputChannel => (channel ??= own(vscode.window.createOutputChannel('CAS', { log: true })));
  return {
    debug: (message, fields) => open().debug(redact(line(message, fields))),
    info: (message, fields) => open().info(redact(line(message, fields))),
    warn: (message, fields) => open().warn(redact(line(message, fields))),
    error: (message, fields, thrown) => open().error(redact(line(message, fields) + errorText(thrown))),
    show: () => open().show(true),
  };
}
