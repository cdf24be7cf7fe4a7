// One folder with the WebAssembly files of the structural rules, made once per test process.

import os from 'node:os';
import path from 'node:path';
import { copyGrammars } from '../../scripts/copyGrammars.mjs';

let made: Promise<string> | undefined;

export function grammarsDir(): Promise<string> {
  made ??= copyGrammars(path.join(os.tmpdir(), `cas-grammars-${process.pid}`)).then(() =>
    path.join(os.tmpdir(), `cas-grammars-${process.pid}`),
  );
  return made;
}
