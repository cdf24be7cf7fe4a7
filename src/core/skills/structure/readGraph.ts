// The module graph of a workspace.

import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import type { Skipped } from '#core/skills/source/readSources.ts';
import { buildGraph, type GraphFile, type ModuleGraph } from '#core/skills/structure/moduleGraph.ts';
import { readOutlines } from '#core/skills/structure/readOutlines.ts';
import { readProject } from '#core/skills/structure/readProject.ts';
import { createResolver, type Project } from '#core/skills/structure/resolveImport.ts';

export interface WorkspaceGraph extends ModuleGraph {
  readonly project: Project;
  readonly skipped: Skipped;
}

/** Reads every source once. Ends with AbortError on abort. */
export async function readGraph(
  engine: SyntaxEngine,
  context: Pick<SkillContext, 'files' | 'signal' | 'progress'>,
): Promise<WorkspaceGraph> {
  const project = await readProject(context);
  const reader = readOutlines(engine, context);
  const files = new Map<string, GraphFile>();
  for await (const { source, outline } of reader.outlines()) files.set(source.path, { source, outline });
  return { ...buildGraph(files, createResolver(project)), project, skipped: reader.skipped };
}
