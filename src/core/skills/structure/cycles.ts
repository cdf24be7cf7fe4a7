// code.cycles: files that need each other while they load.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import type { Language } from '#core/skills/rules/languages.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { cite } from '#core/skills/source/lines.ts';
import { findCycles } from '#core/skills/structure/moduleGraph.ts';
import { readGraph } from '#core/skills/structure/readGraph.ts';

const MAX_SHOWN = 12;

/** Where a cycle can fail at run time: what is imported may not be there yet when the module's body runs. */
const FAILS_AT_LOAD: ReadonlySet<Language> = new Set(['javascript', 'typescript', 'tsx', 'python']);

const outputSchema = z.object({
  findings: z.array(findingSchema),
  /** Each is one shortest way round; `files` is how many files are entangled with it. */
  cycles: z.array(z.object({ path: z.array(z.string()), files: z.number() })),
  modules: z.number(),
  imports: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export function codeCyclesSkill(engine: SyntaxEngine): Skill {
  return defineSkill<Record<string, never>>({
    id: 'code.cycles',
    title: 'Dependency cycles',
    description:
      'Groups of files that import each other, each with its shortest way round. Imports of types alone and lazy ones do not count.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const graph = await readGraph(engine, context);
      const found = findCycles(graph);
      const list = new FindingList('code.cycles');
      for (const { path, files } of found) {
        const names = [...path.map((edge) => edge.from), path[0]?.from ?? ''];
        const shown = names.length > MAX_SHOWN ? [...names.slice(0, MAX_SHOWN), '…'] : names;
        const language = graph.files.get(names[0] ?? '')?.outline.language;
        list.add(
          {
            rule: 'import-cycle',
            severity: language !== undefined && FAILS_AT_LOAD.has(language) ? 'medium' : 'info',
            category: 'quality',
            title: `${count(path.length, 'file')} import each other in a circle${files > path.length ? `, ${files} are entangled` : ''}`,
            message: `${shown.join(' → ')}. None of them can be understood, tested or moved without the others, and which loads first decides what is defined. Move what both need into a file of its own, or turn one import round.`,
            citations: path.slice(0, MAX_SHOWN).flatMap((edge) => {
              const file = graph.files.get(edge.from);
              return file === undefined ? [] : [cite(file.source, edge.import.start, edge.import.end)];
            }),
          },
          names.join(' '),
        );
      }
      const imports = Array.from(graph.edges.values()).reduce((sum, edges) => sum + edges.length, 0);
      const cycles = found.map(({ path, files }) => ({ path: path.map((edge) => edge.from), files }));
      const summary = `${count(found.length, 'cycle')} among ${count(graph.files.size, 'file')} with ${count(imports, 'import')}`;
      return { output: toJson({ ...list.result(), cycles, modules: graph.files.size, imports, skipped: graph.skipped }), summary };
    },
  });
}
