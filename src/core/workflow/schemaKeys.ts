// Which keys may stand at a place of a workflow file, with their descriptions: read off the generated JSON Schema.

import { workflowJsonSchema } from '#core/workflow/jsonSchema.ts';
import type { ValuePath } from '#core/workflow/issue.ts';

export interface SchemaNode {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly $ref?: string;
}

let schema: SchemaNode | undefined;

function root(): SchemaNode {
  schema ??= workflowJsonSchema() as SchemaNode;
  return schema;
}

/** The node with references and one-branch wrappers resolved; a description beside a reference wins. */
function resolve(node: SchemaNode): SchemaNode {
  const target = node.$ref === undefined ? node.allOf?.[0] : lookup(node.$ref);
  return target === undefined ? node : { ...resolve(target), ...(node.description === undefined ? {} : { description: node.description }) };
}

function lookup(ref: string): SchemaNode | undefined {
  let node: unknown = root();
  for (const part of ref.split('/').slice(1)) node = (node as Record<string, unknown> | undefined)?.[part];
  return node as SchemaNode | undefined;
}

/** Every shape the value at `path` may have. */
export function nodesAt(path: ValuePath): readonly SchemaNode[] {
  let nodes = branches(root());
  for (const part of path) nodes = nodes.flatMap((node) => step(node, part)).flatMap((node) => branches(node));
  return nodes;
}

function branches(node: SchemaNode): readonly SchemaNode[] {
  const resolved = resolve(node);
  const choices = resolved.anyOf ?? resolved.oneOf;
  if (!choices) return [resolved];
  const outer = resolved.description === undefined ? {} : { description: resolved.description };
  return choices.flatMap((branch) => branches(branch)).map((branch) => ({ ...branch, ...outer }));
}

function step(node: SchemaNode, part: string | number): readonly SchemaNode[] {
  if (typeof part === 'number') return node.items ? [node.items] : [];
  const properties = node.properties ?? {};
  if (Object.hasOwn(properties, part)) return [properties[part] as SchemaNode];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** Names of the keys that may stand in the mapping at `path`. */
export function keysAt(path: ValuePath): readonly string[] {
  return nodesAt(path).flatMap((node) => Object.keys(node.properties ?? {}));
}
