import assert from 'node:assert/strict';
import { workflowJsonSchema } from '#core/workflow/jsonSchema.ts';
import { type SchemaNode, workflowPlaces } from '#core/workflow/schemaKeys.ts';

describe('the JSON Schema of workflow files', () => {
  it('has a hover for every key a person can write', () => {
    const bare: string[] = [];
    const seen = new Set<object>();
    const walk = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      for (const [key, node] of Object.entries((value as SchemaNode).properties ?? {}))
        if (node.description === undefined) bare.push(`${at}.${key}`);
      for (const [key, inner] of Object.entries(value)) walk(inner, `${at}.${key}`);
    };
    walk(workflowJsonSchema(), '');
    assert.deepEqual(bare, []);
  });

  it('knows the keys at every depth, through loops in loops', () => {
    const step = workflowPlaces.keysAt(['steps', 0]);
    assert.ok(step.length >= 19);
    assert.deepEqual(workflowPlaces.keysAt(['steps', 3, 'loop', 'steps', 1, 'map', 'steps', 0]), step);
    assert.deepEqual(workflowPlaces.keysAt(['inputs', 'anything']), ['type', 'description', 'required', 'default', 'enum']);
    assert.deepEqual(workflowPlaces.nodesAt(['no', 'such', 'place']), []);
  });

  it('refuses unknown keys, as the checker does', () => {
    const schema = workflowJsonSchema() as { additionalProperties?: unknown; required?: unknown };
    assert.equal(schema.additionalProperties, false);
    assert.deepEqual(schema.required, ['name', 'steps']);
  });
});
