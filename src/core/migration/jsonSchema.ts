// The JSON Schema of migration files, made from the zod schema so that the two cannot differ.

import { z } from 'zod';
import { migrationSchema } from '#core/migration/schema.ts';

/** Draft 7, as the workflow's. Deterministic text for equal code. */
export function migrationJsonSchema(): object {
  return {
    ...z.toJSONSchema(migrationSchema, { target: 'draft-7', io: 'input' }),
    title: 'CAS migration',
    description: 'A feature delivery or a migration: its phases, its features, and the hours they took.',
  };
}
