// Writes the JSON Schemas that the editor completes and checks workflow and migration files with; made from the zod schemas.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { migrationJsonSchema } from '#core/migration/jsonSchema.ts';
import { workflowJsonSchema } from '#core/workflow/jsonSchema.ts';

const SCHEMAS = { workflow: workflowJsonSchema, migration: migrationJsonSchema };

/** `folder` is made when it is not there. */
export async function writeSchemas(folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, make] of Object.entries(SCHEMAS))
    await writeFile(path.join(folder, `${name}.schema.json`), `${JSON.stringify(make(), null, 2)}\n`);
}
