// Newline-delimited JSON over a socket: whole lines out, whole values in, a limit on what is held.

import type { Socket } from 'node:net';
import { MAX_FRAME_CHARS } from '#protocol/ownerFrames.ts';

export interface LineReader {
  /** The longest line in UTF-16 code units from now on. */
  limit(chars: number): void;
}

/**
 * Calls `onValue` for each line that is JSON. Anything else, a line over the limit (default `MAX_FRAME_CHARS`), or an
 * `onValue` that throws, destroys the socket: what comes from there is never worth more than its connection.
 */
export function readLines(socket: Socket, onValue: (value: unknown) => void): LineReader {
  let parts: string[] = [];
  let held = 0;
  let most = MAX_FRAME_CHARS;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const line = parts.join('') + chunk.slice(start, end);
      parts = [];
      held = 0;
      start = end + 1;
      if (socket.destroyed) return;
      if (line.length > most) socket.destroy(tooLong());
      else deliver(socket, line, onValue);
    }
    if (start < chunk.length) {
      parts.push(chunk.slice(start));
      held += chunk.length - start;
    }
    if (held > most) socket.destroy(tooLong());
  });
  return {
    limit(chars) {
      most = chars;
    },
  };
}

function deliver(socket: Socket, line: string, onValue: (value: unknown) => void): void {
  try {
    onValue(JSON.parse(line));
  } catch (error) {
    socket.destroy(error as Error);
  }
}

const tooLong = (): Error => new Error('A frame is too long.');

export function writeLine(socket: Socket, value: object): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
}
