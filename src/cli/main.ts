#!/usr/bin/env node
// `cas`: the command line on the same core and store as the editor. Starts the program with its code cached when it can.

import module from 'node:module';
import { olderNode } from '#cli/olderNode.ts';

if (!olderNode()) {
  // Compiled code is kept between starts. Not in a dry run, which leaves nothing behind.
  if (!process.argv.some((word) => word.includes('dry-run'))) module.enableCompileCache?.();
  const { runProgram } = await import('#cli/program.ts');
  await runProgram();
}
