// Suites that run commands in bubblewrap wait where it cannot: inside another sandbox, or where it is not installed.

import { probeBubblewrap } from '#node/ports/bubblewrap.ts';
import { pathFolders } from '#node/ports/toolchains.ts';

/** For `before`: leaves the suite pending, with the reason, where no sandbox can be made. */
export async function needsSandbox(this: Mocha.Context): Promise<void> {
  const trouble = await probeBubblewrap(pathFolders(process.env));
  if (trouble === null) return;
  console.warn(`pending: ${this.test?.parent?.title ?? 'commands in bubblewrap'}, because ${trouble}`);
  this.skip();
}
