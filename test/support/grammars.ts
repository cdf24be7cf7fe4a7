// One folder with the WebAssembly files of the structural rules, made once per test process.

import { rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { copyGrammars } from '../../scripts/copyGrammars.mjs';

const folder = path.join(os.tmpdir(), `cas-grammars-${process.pid}`);
let made: Promise<string> | undefined;

export function grammarsDir(): Promise<string> {
  made ??= copyGrammars(folder).then(() => folder);
  return made;
}

process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
