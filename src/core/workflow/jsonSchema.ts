// The JSON Schema of workflow files, made from the zod schema so that the two cannot differ.

import { z } from 'zod';
import { workflowSchema } from '#core/workflow/schema.ts';

/** Draft 7, which the YAML and JSON language servers of VS Code both take. Deterministic text for equal code. */
export function workflowJsonSchema(): object {
  return {
    ...z.toJSONSchema(workflowSchema, { target: 'draft-7', io: 'input' }),
    title: 'CAS workflow',
    description: 'A workflow that a team of agents runs on a repository.',
  };
}
