// What a process that is killed tells its harness: a line at once and whole.

import fs from 'node:fs';

/** Waits for a reader that has fallen behind; nothing is said after a return that was not said before. */
export function say(line: string): void {
  for (;;) {
    try {
      fs.writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
