// Editor help for migration files, free of any editor: what may stand at an offset, and what a key means. Works on half-written text.

import { migrationPlaces } from '#core/migration/check.ts';
import { outline, type OutlineLine } from '#core/workflow/outline.ts';
import { type Hover, hoverIn, keyOptions, literalOptions, type SchemaOption, takesKeys, unquote } from '#core/workflow/schemaOptions.ts';

export interface Completion {
  readonly label: string;
  readonly kind: SchemaOption['kind'] | 'feature' | 'phase';
  readonly description: string;
  readonly insert: string;
  /** Offsets of the text it replaces. */
  readonly start: number;
  readonly end: number;
}

type Option = Pick<Completion, 'label' | 'kind' | 'description'> & { readonly insert?: string };

/** Keys, values, and the ids of phases and features where they are named. Never throws. */
export function completionsAt(text: string, offset: number): readonly Completion[] {
  const lines = outline(text, offset);
  const line = lines[text.slice(0, offset).split('\n').length - 1];
  if (!line) return [];
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const inKey = line.kind === 'bare' ? takesKeys(migrationPlaces, line.path) : line.kind === 'pair' && offset <= line.keyEnd;
  const options = inKey ? keyOptions(migrationPlaces, lines, line) : valueOptions(lines, line, before);
  const start = offset - (/[A-Za-z0-9._-]*$/.exec(before)?.[0].length ?? 0);
  const end = offset + (/^[A-Za-z0-9._-]*/.exec(text.slice(offset))?.[0].length ?? 0);
  return options.map((option) => ({ ...option, insert: option.insert ?? option.label, start, end }));
}

export const hoverAt = (text: string, offset: number): Hover | null => hoverIn(migrationPlaces, text, offset);

function valueOptions(lines: readonly (OutlineLine | null)[], line: OutlineLine, before: string): readonly Option[] {
  const path = line.kind === 'pair' ? [...line.path, line.key as string] : line.path;
  const [list, index, key] = path;
  if (list === 'features' && key === 'phase') return idsOf(lines, 'phases', 'phase');
  if (list === 'features' && key === 'dependencies') {
    const own = lines.find((other) => other?.key === 'id' && other.path[0] === 'features' && other.path[1] === index);
    const named = new Set([...before.split(/[^A-Za-z0-9._-]+/), unquote(own?.value ?? '')]);
    return idsOf(lines, 'features', 'feature').filter(({ label }) => !named.has(label));
  }
  return literalOptions(migrationPlaces, path);
}

/** Ids of the elements of a list, with their names. */
function idsOf(lines: readonly (OutlineLine | null)[], list: 'phases' | 'features', kind: 'phase' | 'feature'): readonly Option[] {
  return lines.flatMap((line): Option[] => {
    if (line?.key !== 'id' || line.path[0] !== list) return [];
    const name = lines.find((other) => other?.key === 'name' && other.path[0] === list && other.path[1] === line.path[1]);
    return [{ label: unquote(line.value), kind, description: unquote(name?.value ?? '') }];
  });
}
