// Logging: one line a record, secrets removed where the line is made. CAS keeps no log files: the editor keeps and turns over
// its own, the command line writes to stderr.

import { isAbort, toErrorView } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Log } from '#core/ports.ts';
import { createRedactor } from '#node/ports/redact.ts';
import { secretValues } from '#node/ports/secrets.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LogRecord {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: JsonObject;
  readonly stack: string | null;
}

export interface LogOptions {
  /** The lowest level that is written. Default `info`. */
  readonly level?: LogLevel;
  /** Receives one redacted line without its line break. Must not throw. */
  readonly sink: (line: string) => void;
  /** Default: JSON. */
  readonly format?: (record: LogRecord) => string;
  /** Default: secrets of `process.env` and token shapes. */
  readonly redact?: (text: string) => string;
  /** Epoch milliseconds. Default: the real time. */
  readonly now?: () => number;
}

/** Never throws. An abort handed to `error` is written as debug: it is no error. */
export function createLog(options: LogOptions): Log {
  const lowest = LEVELS.indexOf(options.level ?? 'info');
  const redact = options.redact ?? createRedactor(() => secretValues(process.env));
  const format = options.format ?? jsonLine;
  const now = options.now ?? Date.now;
  const write = (level: LogLevel, message: string, fields: JsonObject = {}, stack: string | null = null): void => {
    if (LEVELS.indexOf(level) < lowest) return;
    options.sink(redact(format({ at: now(), level, message, fields, stack })));
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error(message, fields, thrown) {
      if (thrown === undefined) write('error', message, fields);
      else write(isAbort(thrown) ? 'debug' : 'error', message, { ...fields, error: { ...toErrorView(thrown) } }, stackOf(thrown));
    },
  };
}

/** To stderr, for people: `warn  message {"field":1}`; stacks at level debug only. */
export function consoleLog(options: { readonly level: LogLevel }): Log {
  return createLog({
    level: options.level,
    sink: (line) => void process.stderr.write(`${line}\n`),
    format: (record) => textLine(record, options.level === 'debug'),
  });
}

function jsonLine(record: LogRecord): string {
  const { at, level, message, fields, stack } = record;
  const line = { at: new Date(at).toISOString(), level, message, ...fields, ...(stack === null ? {} : { stack }) };
  return JSON.stringify(line);
}

function textLine(record: LogRecord, withStack: boolean): string {
  const fields = Object.keys(record.fields).length === 0 ? '' : ` ${JSON.stringify(record.fields)}`;
  const stack = withStack && record.stack !== null ? `\n${record.stack}` : '';
  return `${record.level.padEnd(5)} ${record.message}${fields}${stack}`;
}

/** With the chain of causes: the first one usually tells what really happened. */
function stackOf(thrown: unknown): string | null {
  const parts: string[] = [];
  for (let error: unknown = thrown; error instanceof Error && parts.length < 5; error = error.cause) {
    parts.push(error.stack ?? error.message);
  }
  return parts.length === 0 ? null : parts.join('\ncaused by: ');
}
