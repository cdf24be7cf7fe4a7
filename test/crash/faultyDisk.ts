// A real disk that refuses what changes it from a chosen operation on, or once. A torn refusal comes after half of the bytes.

import fs from 'node:fs';
import type { FileOperation } from '#node/sqlite/hostFiles.ts';

export interface Fault {
  readonly code: 'ENOSPC' | 'EIO';
  readonly lasts: 'once' | 'from then on';
  readonly torn: boolean;
}

export class FaultyDisk {
  operations = 0;
  refused = 0;
  #fault: Fault | null = null;
  #at = 0;

  /** The n-th operation from now on is the first to be refused. */
  break(fault: Fault, at: number): void {
    this.#fault = fault;
    this.#at = at;
    this.operations = 0;
    this.refused = 0;
  }

  mend(): void {
    this.#fault = null;
  }

  /** A hook for the mount. */
  readonly before = (operation: FileOperation): void => {
    if (!['write', 'sync', 'truncate'].includes(operation.kind)) return;
    this.operations += 1;
    const fault = this.#fault;
    if (fault === null || (fault.lasts === 'once' ? this.operations !== this.#at : this.operations < this.#at)) return;
    this.refused += 1;
    if (fault.torn && operation.kind === 'write') writeHalf(operation);
    throw Object.assign(new Error(fault.code), { code: fault.code });
  };
}

function writeHalf({ path, offset = 0, data = [] }: FileOperation): void {
  const bytes = Buffer.concat(data);
  const file = fs.openSync(path, 'r+');
  try {
    fs.writeSync(file, bytes, 0, Math.floor(bytes.length / 2), offset);
  } finally {
    fs.closeSync(file);
  }
}
