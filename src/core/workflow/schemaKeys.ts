// Which keys may stand at a place of a file, with their descriptions: read off the generated JSON Schema.

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

/** The places of one JSON Schema. */
export class SchemaPlaces {
  readonly #make: () => object;
  #root: SchemaNode | undefined;

  /** `make` gives the schema; called with the first question. */
  constructor(make: () => object) {
    this.#make = make;
  }

  /** Every shape the value at `path` may have. */
  nodesAt(path: ValuePath): readonly SchemaNode[] {
    let nodes = this.#branches(this.#whole());
    for (const part of path) nodes = nodes.flatMap((node) => step(node, part)).flatMap((node) => this.#branches(node));
    return nodes;
  }

  /** Names of the keys that may stand in the mapping at `path`. */
  keysAt(path: ValuePath): readonly string[] {
    return this.nodesAt(path).flatMap((node) => Object.keys(node.properties ?? {}));
  }

  #whole(): SchemaNode {
    this.#root ??= this.#make() as SchemaNode;
    return this.#root;
  }

  /** The node with references and one-branch wrappers resolved; a description beside a reference wins. */
  #resolve(node: SchemaNode): SchemaNode {
    const target = node.$ref === undefined ? node.allOf?.[0] : this.#lookup(node.$ref);
    if (target === undefined) return node;
    return { ...this.#resolve(target), ...(node.description === undefined ? {} : { description: node.description }) };
  }

  #lookup(ref: string): SchemaNode | undefined {
    let node: unknown = this.#whole();
    for (const part of ref.split('/').slice(1)) node = (node as Record<string, unknown> | undefined)?.[part];
    return node as SchemaNode | undefined;
  }

  #branches(node: SchemaNode): readonly SchemaNode[] {
    const resolved = this.#resolve(node);
    const choices = resolved.anyOf ?? resolved.oneOf;
    if (!choices) return [resolved];
    const outer = resolved.description === undefined ? {} : { description: resolved.description };
    return choices.flatMap((branch) => this.#branches(branch)).map((branch) => ({ ...branch, ...outer }));
  }
}

function step(node: SchemaNode, part: string | number): readonly SchemaNode[] {
  if (typeof part === 'number') return node.items ? [node.items] : [];
  const properties = node.properties ?? {};
  if (Object.hasOwn(properties, part)) return [properties[part] as SchemaNode];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** Of workflow files. */
export const workflowPlaces = new SchemaPlaces(workflowJsonSchema);
