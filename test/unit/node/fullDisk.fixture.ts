// Run inside a file system of 256 KiB by the write gate's test: prints what the gate says and leaves behind.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorView } from '#base/errors.ts';
import { createWriteGate } from '#node/ports/writeGate.ts';

const root = process.argv[2] ?? '';
writeFileSync(join(root, 'old.txt'), 'old');
const gate = createWriteGate(root);
const fails = (path: string): Promise<{ code: string; message: string }> =>
  gate.write(path, Buffer.alloc(1_000_000, 1), { mode: null }).then(() => ({ code: 'written', message: '' }), toErrorView);
const fresh = await fails('deep/er/a.bin');
const old = await fails('old.txt');
const kept = readFileSync(join(root, 'old.txt'), 'utf8');
process.stdout.write(JSON.stringify({ code: fresh.code, message: fresh.message, old: old.code, kept, names: readdirSync(root) }));
