// Newline-delimited JSON over a socket: whole lines out, whole values in, a limit on what is held.

import type { Socket } from 'node:net';
import { MAX_FRAME_CHARS } from '#protocol/ownerFrames.ts';

/** Calls `onValue` for each line that is JSON; anything else, or a line over the limit, destroys the socket. */
export function readLines(socket: Socket, onValue: (value: unknown) => void): void {
  let parts: string[] = [];
  let held = 0;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const line = parts.join('') + chunk.slice(start, end);
      parts = [];
      held = 0;
      start = end + 1;
      deliver(socket, line, onValue);
    }
    if (start < chunk.length) {
      parts.push(chunk.slice(start));
      held += chunk.length - start;
    }
    if (held > MAX_FRAME_CHARS) socket.destroy(new Error('A frame is too long.'));
  });
}

function deliver(socket: Socket, line: string, onValue: (value: unknown) => void): void {
  if (socket.destroyed) return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    socket.destroy(error as Error);
    return;
  }
  onValue(value);
}

export function writeLine(socket: Socket, value: object): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(value)}\n`);
}
