// Workflows of probes, written and checked as a user's files are.

import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';

/** The agent of most probe steps. */
export const PROBER = 'prober';

/** `steps` in YAML, one a line: a task of the prober without retries unless it says otherwise. `head` holds other keys of the file. */
export function flow(steps: readonly string[], head = ''): WorkflowDefinition {
  const text = `name: probe\n${head}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
  const { definition, problems } = checkWorkflow(text, { file: 'probe.cas.yaml' });
  if (definition === null) throw new Error(`A probe's workflow is wrong: ${problems.map((problem) => problem.message).join(' ')}\n${text}`);
  return definition;
}

/** A task of the prober in YAML; `more` as `dependsOn: a, timeout: 5s`. */
export function step(key: string, more = ''): string {
  const retry = more.includes('retry:') ? '' : ', retry: 1';
  const agent = /\b(?:agent|capability):/.test(more) ? '' : `, agent: ${PROBER}`;
  const prompt = more.includes('prompt:') ? '' : `, prompt: ${key}`;
  return `{ key: ${key}${agent}${prompt}${retry}${more === '' ? '' : `, ${more}`} }`;
}
