// A workspace path as a model writes it: one spelling per file, so that edits and guards see the same name.

import { posix } from 'node:path';
import { z } from 'zod';

/** `./src//a.ts` and `src\a.ts` become `src/a.ts`. What leads outside is left for the files port to refuse. */
export const pathArg = z
  .string()
  .min(1)
  .max(1000)
  .transform((path) => posix.normalize(path.replaceAll('\\', '/')).replace(/^\.\//, ''));
