// Writes the JSON Schemas that the editor completes and checks workflow files with; made from the zod schemas.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workflowJsonSchema } from '#core/workflow/jsonSchema.ts';

/** `folder` is made when it is not there. Resolves to the path of the written file. */
export async function writeSchemas(folder) {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'workflow.schema.json');
  await writeFile(file, `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`);
  return file;
}
