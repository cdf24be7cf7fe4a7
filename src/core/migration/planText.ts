// A whole plan as a text, for new files.

import { type PlainValue, scalarText } from '#core/migration/edit/scalars.ts';

export type Fields = { readonly [key: string]: PlainValue | undefined };

export interface NewPlan {
  /** Lines above the plan, without `#`. */
  readonly comments: readonly string[];
  readonly head: Fields;
  readonly sides?: { readonly old: string; readonly new: string };
  readonly phases: readonly Fields[];
  readonly features: readonly Fields[];
}

/** Undefined fields and empty lists are left out. */
export function planText({ comments, head, sides, phases, features }: NewPlan): string {
  const lines = [
    ...comments.map((line) => `# ${line}`),
    ...pairs(head),
    ...(sides ? ['sides:', ...pairs(sides).map((line) => `  ${line}`)] : []),
    ...list('phases', phases),
    ...list('features', features),
    '',
  ];
  return lines.join('\n');
}

function list(key: string, items: readonly Fields[]): readonly string[] {
  if (items.length === 0) return [`${key}: []`];
  return ['', `${key}:`, ...items.flatMap((item) => pairs(item).map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`))];
}

function pairs(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [`${key}: ${scalarText(value)}`],
  );
}
