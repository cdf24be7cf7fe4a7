// Go: a capital letter makes a name public.

import type { Node } from 'web-tree-sitter';
import { allOf, commentAbove, headOf, nameOf, oneLine, unquote } from '#core/skills/structure/nodes.ts';
import type { Declared, Definition, DefinitionKind } from '#core/skills/structure/outline.ts';

const isPublic = (name: string): boolean => /^\p{Lu}/u.test(name);

export function readGo(root: Node): Declared {
  const imports = allOf(root, 'import_spec').map((spec) => {
    const path = spec.childForFieldName('path');
    return {
      specifier: path === null ? '' : unquote(path),
      names: ['*'],
      kind: 'static' as const,
      start: spec.startIndex,
      end: spec.endIndex,
    };
  });
  return { definitions: root.namedChildren.flatMap(declared), imports };
}

function declared(node: Node): readonly Definition[] {
  const place = { documented: commentAbove(node) !== null, marked: false, start: node.startIndex, end: node.endIndex };
  switch (node.type) {
    case 'function_declaration':
      return [{ kind: 'function', name: nameOf(node), exported: isPublic(nameOf(node)), signature: headOf(node), ...place }];
    case 'method_declaration': {
      const owner = /([\p{L}_]\w*)(?:\[[^\]]*\])?\s*\)$/u.exec(node.childForFieldName('receiver')?.text ?? '')?.[1] ?? '';
      const exported = isPublic(owner) && isPublic(nameOf(node));
      return [{ kind: 'method', name: `${owner}.${nameOf(node)}`, exported, signature: headOf(node), ...place }];
    }
    case 'type_declaration':
    case 'const_declaration':
    case 'var_declaration':
      return allOf(node, 'type_spec', 'type_alias', 'const_spec', 'var_spec')
        .filter((spec) => isTop(spec, node))
        .flatMap((spec) => specs(spec, place.documented));
    default:
      return [];
  }
}

/** Not inside a function literal that a variable holds. */
function isTop(spec: Node, declaration: Node): boolean {
  return spec.parent?.id === declaration.id || spec.parent?.parent?.id === declaration.id;
}

function specs(spec: Node, documented: boolean): readonly Definition[] {
  const place = { documented: documented || commentAbove(spec) !== null, marked: false, start: spec.startIndex, end: spec.endIndex };
  if (spec.type === 'const_spec' || spec.type === 'var_spec') {
    const type = spec.childForFieldName('type')?.text;
    return spec.childrenForFieldName('name').flatMap((name): Definition[] => {
      if (name.type !== 'identifier') return [];
      const signature = oneLine(type === undefined ? name.text : `${name.text} ${type}`);
      return [{ kind: 'constant', name: name.text, exported: isPublic(name.text), signature, ...place }];
    });
  }
  const type = spec.childForFieldName('type')?.type;
  const kind: DefinitionKind = type === 'interface_type' ? 'interface' : type === 'struct_type' ? 'class' : 'type';
  return [{ kind, name: nameOf(spec), exported: isPublic(nameOf(spec)), signature: oneLine(spec.text), ...place }];
}
