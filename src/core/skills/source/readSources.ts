// Reads the workspace's text files one after the other, and counts what it leaves out and why.

import { createHash } from 'node:crypto';
import picomatch from 'picomatch';
import { throwIfAborted } from '#base/abort.ts';
import { hasCode } from '#base/errors.ts';
import { isGeneratedPath, looksGenerated } from '#core/skills/source/generated.ts';
import { indexLines, type Lines } from '#core/skills/source/lines.ts';
import type { SkillContext } from '#core/skills/skill.ts';

export interface Source {
  readonly path: string;
  /** Exactly what the bytes decode to; a byte order mark stays as U+FEFF, so offsets and bytes agree. */
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly lines: Lines;
}

/** `filtered` files were never looked at: another kind of file, or outside the asked paths. They are not counted. */
export type SkipReason = 'binary' | 'notUtf8' | 'tooLarge' | 'generated' | 'lockfile' | 'tests' | 'unreadable';
export type Skipped = { readonly [reason in SkipReason]?: number };

export interface ReadOptions {
  /** Folders, files or globs, relative to the workspace; absent: everything. */
  readonly paths?: readonly string[] | null | undefined;
  /** Says by name alone whether a file is wanted; a reason counts it as skipped. */
  readonly accept?: (path: string) => boolean | SkipReason;
  /** Default 1 MiB. */
  readonly maxBytes?: number;
  /** Generated and minified files are read too. Default false. */
  readonly generated?: boolean;
}

export interface SourceReader {
  /** Sources in path order. Ends with AbortError on abort. */
  sources(): AsyncGenerator<Source>;
  /** Complete once `sources` has ended. */
  readonly skipped: Skipped;
}

type Context = Pick<SkillContext, 'files' | 'signal' | 'progress'>;

const READ_AHEAD = 16;
const DEFAULT_MAX_BYTES = 1_048_576;

export function readSources(context: Context, options: ReadOptions = {}): SourceReader {
  const skipped: { [reason in SkipReason]?: number } = {};
  const skip = (reason: SkipReason): void => {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  };
  return {
    skipped,
    async *sources() {
      const wanted = (await context.files.list({ signal: context.signal })).filter(pathFilter(options.paths)).filter((path) => {
        const verdict = acceptPath(path, options);
        if (typeof verdict === 'string') skip(verdict);
        return verdict === true;
      });
      for (let at = 0; at < wanted.length; at += READ_AHEAD) {
        throwIfAborted(context.signal);
        const batch = wanted.slice(at, at + READ_AHEAD);
        const read = await Promise.all(batch.map((path) => readSource(context, path, options)));
        for (const source of read) {
          if (typeof source === 'string') skip(source);
          else yield source;
        }
        context.progress('Reading files', Math.min(at + READ_AHEAD, wanted.length), wanted.length);
      }
    },
  };
}

function acceptPath(path: string, options: ReadOptions): boolean | SkipReason {
  const verdict = options.accept?.(path) ?? true;
  return verdict === true && !options.generated && isGeneratedPath(path) ? 'generated' : verdict;
}

async function readSource(context: Context, path: string, options: ReadOptions): Promise<Source | SkipReason> {
  try {
    const stat = await context.files.stat(path);
    if (stat?.kind !== 'file') return 'unreadable';
    if (stat.sizeBytes > (options.maxBytes ?? DEFAULT_MAX_BYTES)) return 'tooLarge';
    const source = decodeSource(path, await context.files.read(path));
    if (typeof source === 'string') return source;
    return !options.generated && looksGenerated(source.text) ? 'generated' : source;
  } catch (error) {
    // A file that vanished, is private or leads outside is a fact about the folder, not a failure of the scan: it is counted.
    if (hasCode(error, 'files.notFound') || hasCode(error, 'files.outside') || isFileSystemError(error)) return 'unreadable';
    throw error;
  }
}

function isFileSystemError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E[A-Z]+$/.test(code);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A reason instead of a source: `binary` for a NUL in the first 8 KiB, `notUtf8` for anything that is not valid UTF-8. */
export function decodeSource(path: string, bytes: Uint8Array): Source | 'binary' | 'notUtf8' {
  if (bytes.subarray(0, 8192).includes(0)) return 'binary';
  try {
    const text = decoder.decode(bytes);
    return { path, text, bytes, lines: indexLines(text) };
  } catch {
    // TextDecoder throws for invalid UTF-8 and for nothing else.
    return 'notUtf8';
  }
}

/** True for paths inside one of the folders, equal to one, or matched by a glob; always true without `paths`. */
export function pathFilter(paths: readonly string[] | null | undefined): (path: string) => boolean {
  if (!paths || paths.length === 0) return () => true;
  const cleaned = paths.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
  if (cleaned.some((path) => path === '' || path === '.')) return () => true;
  const globs = picomatch([...cleaned], { dot: true });
  return (path) => cleaned.some((wanted) => path === wanted || path.startsWith(`${wanted}/`)) || globs(path);
}

/** SHA-256 (hex) of a file's bytes: what `baseHash` of a fix names. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
