// Small proposals that can be accepted one by one: by rule, unless two rules change neighbouring lines.

import type { Lines } from '#core/skills/source/lines.ts';
import type { FilePlan, Fixable } from '#core/skills/changes/planEdits.ts';

/** Edits closer than this would end up in one hunk, and two proposals for them could not both be accepted. */
const NEIGHBOUR_LINES = 7;

export interface FixGroup {
  /** `skill/rule`, sorted; usually one. */
  readonly rules: readonly string[];
  readonly fixes: readonly Fixable[];
}

/** By the first rule's name. */
export function groupFixes(plans: readonly FilePlan[]): readonly FixGroup[] {
  const leader = new Map<string, string>();
  const find = (rule: string): string => {
    const up = leader.get(rule) ?? rule;
    return up === rule ? rule : find(up);
  };
  for (const { source, edits } of plans) {
    for (const [at, edit] of edits.entries()) {
      const next = edits[at + 1];
      if (next === undefined || !areNeighbours(source.lines, edit, next)) continue;
      const [first = '', second = ''] = [find(ruleOf(edit)), find(ruleOf(next))].toSorted();
      if (first !== second) leader.set(second, first);
    }
  }
  const groups = Map.groupBy(
    plans.flatMap((plan) => plan.edits),
    (edit) => find(ruleOf(edit)),
  );
  return [...groups.values()]
    .map((fixes): FixGroup => ({ rules: [...new Set(fixes.map(ruleOf))].toSorted(), fixes }))
    .toSorted((a, b) => ((a.rules[0] ?? '') < (b.rules[0] ?? '') ? -1 : 1));
}

function areNeighbours(lines: Lines, a: Fixable, b: Fixable): boolean {
  return lines.position(b.fix.start).line - lines.position(a.fix.end).line < NEIGHBOUR_LINES;
}

function ruleOf({ finding }: Fixable): string {
  return `${finding.skill}/${finding.rule}`;
}
