// Run inside a small file system by the kept trees' test: prints how making a tree failed and what is left of it.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorView } from '#base/errors.ts';
import { createScratchFactory } from '#node/ports/scratchTree.ts';

const root = process.argv[2] ?? '';
const [workspace, keepIn] = [join(root, 'workspace'), join(root, 'kept')];
mkdirSync(workspace);
for (let at = 0; at < 30; at += 1) writeFileSync(join(workspace, `${at}.bin`), Buffer.alloc(20_000, 1));
const factory = createScratchFactory(workspace, { keepIn, keepFromFiles: 1, keepOn: () => true });
const { code, message } = await factory.create({}).then(() => ({ code: 'made', message: '' }), toErrorView);
const left = readdirSync(keepIn).flatMap((shelf) => readdirSync(join(keepIn, shelf)));
process.stdout.write(JSON.stringify({ code, message, left }));
