// Bytes, text and lines, without loss: what is decoded here encodes to the same bytes again.

import { createHash } from 'node:crypto';
import { hasCode } from '#base/errors.ts';
import type { WorkspaceFiles } from '#core/ports.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The text of UTF-8 bytes, a byte order mark included; null for other encodings and for binary files (a NUL byte). */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return decoder.decode(bytes);
  } catch {
    // The decoder throws for bytes that are not UTF-8: that is the answer, not a failure.
    return null;
  }
}

/** Null when the text has no exact UTF-8 form (a lone surrogate) or holds a NUL. */
export function encodeText(text: string): Uint8Array | null {
  return text.isWellFormed() && !text.includes('\0') ? encoder.encode(text) : null;
}

/** Lines with their terminators; only `\n` ends a line, so a `\r` stays with its line. `''` has none. */
export function splitLines(text: string): readonly string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

/** Null when there is no such file; other failures pass through. */
export async function readOrNull(files: WorkspaceFiles, path: string): Promise<Uint8Array | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if (hasCode(error, 'files.notFound')) return null;
    throw error;
  }
}
