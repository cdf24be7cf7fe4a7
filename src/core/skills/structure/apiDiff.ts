// What callers of a file lose between two versions of it.

import type { Definition, Outline } from '#core/skills/structure/outline.ts';

export type ApiChange =
  | { readonly kind: 'removed'; readonly before: Definition }
  | { readonly kind: 'changed'; readonly before: Definition; readonly after: Definition }
  | { readonly kind: 'added'; readonly after: Definition };

/** Null stands for a file that is not there. Overloads of one name are compared as a set. */
export function compareApi(before: Outline | null, after: Outline | null): readonly ApiChange[] {
  const old = publicByName(before);
  const now = publicByName(after);
  const gone = [...old].flatMap(([name, group]): readonly ApiChange[] => {
    const rest = now.get(name);
    if (rest === undefined) return group.slice(0, 1).map((one) => ({ kind: 'removed', before: one }));
    const kept = new Set(rest.map(meaning));
    const lost = group.find((one) => !kept.has(meaning(one)));
    const known = new Set(group.map(meaning));
    const instead = rest.find((one) => !known.has(meaning(one))) ?? rest[0];
    return lost === undefined || instead === undefined ? [] : [{ kind: 'changed', before: lost, after: instead }];
  });
  const added = [...now].flatMap(([name, group]): readonly ApiChange[] =>
    old.has(name) ? [] : group.slice(0, 1).map((one) => ({ kind: 'added', after: one })),
  );
  return [...gone, ...added];
}

/** The signature without what formatters change: space beside punctuation, commas at the end of lists, kinds of quotes. */
function meaning({ signature }: Definition): string {
  return signature
    .replace(/\s*([^\w\s$])\s*/g, '$1')
    .replace(/,(?=[)\]}>])/g, '')
    .replaceAll("'", '"');
}

function publicByName(outline: Outline | null): ReadonlyMap<string, readonly Definition[]> {
  return Map.groupBy(outline?.definitions.filter((one) => one.exported) ?? [], (one) => one.name);
}
