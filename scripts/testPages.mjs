// The built pages in headless Chromium, on the real page host over a real core and a real workspace.
// `--grep TEXT` narrows. Last line: `N passed, N failed`.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TEST_LIMIT_MS } from '../test/support/patience.ts';
import { runSuite } from './mochaSuite.mjs';
import { ensureBuilt } from './setup.mjs';
import { root } from './vscodeHost.mjs';

const { values: options } = parseArgs({ options: { grep: { type: 'string' } } });
ensureBuilt();
await runSuite(path.join(root, 'test', 'pages'), { grep: options.grep, timeout: TEST_LIMIT_MS });
