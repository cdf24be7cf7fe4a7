// The template of a feature delivery: the pieces, in the order in which they are usually done. Nobody has estimated them yet.

import { idFor } from '#core/migration/names.ts';
import { type Fields, planText } from '#core/migration/planText.ts';

const PHASES = [
  { id: 'shape', name: 'Shape' },
  { id: 'build', name: 'Build' },
  { id: 'prove', name: 'Prove' },
  { id: 'ship', name: 'Ship' },
] as const;

const COMMENTS = [
  'A piece takes 1 to 3 hours: split what is longer. Estimate each with `estimatedHours:` when you know it.',
  'Hours of clocks and runs are added here by themselves; `cas migration status` shows the figures.',
];

/** `pieces`: what is to be built, in order; without any, one to begin with. `today`: `YYYY-MM-DD`. */
export function deliveryText(name: string, pieces: readonly string[], today: string): string {
  const taken = new Set<string>(['agree', 'read', 'tests', 'try', 'docs', 'release']);
  const built = (pieces.length === 0 ? ['The smallest part that works end to end'] : pieces).map((piece) => {
    const id = idFor(piece, taken);
    taken.add(id);
    return { id, name: piece };
  });
  const last = built.at(-1)?.id ?? 'read';
  const features: readonly Fields[] = [
    { id: 'agree', name: 'Agree on what done means', phase: 'shape', priority: 'critical', status: 'not started' },
    { id: 'read', name: 'Read the code it touches', phase: 'shape', status: 'not started' },
    ...built.map(({ id, name }, index): Fields => ({
      id,
      name,
      phase: 'build',
      priority: 'critical',
      status: 'not started',
      dependencies: index === 0 ? ['agree', 'read'] : [built[index - 1]?.id ?? 'read'],
    })),
    {
      id: 'tests',
      name: 'Test it, its edges and its failures too',
      phase: 'prove',
      priority: 'critical',
      status: 'not started',
      dependencies: [last],
    },
    { id: 'try', name: 'Try it as its users would', phase: 'prove', status: 'not started', dependencies: [last] },
    { id: 'docs', name: 'Document it where its users look', phase: 'ship', status: 'not started', dependencies: ['try'] },
    { id: 'release', name: 'Release it', phase: 'ship', priority: 'critical', status: 'not started', dependencies: ['tests', 'docs'] },
  ];
  return planText({ comments: COMMENTS, head: { name, kind: 'feature delivery', startDate: today }, phases: PHASES, features });
}
