// How fast workflow files are parsed and validated: each text differs, so the cache by content never answers.

import { checkWorkflow } from '#core/workflow/parse.ts';

const ROUNDS = 5;

/** A right file of `count` steps: a chain with arguments, conditions, prompts, retries and time limits. */
export function workflowText(count: number): string {
  const steps = Array.from({ length: count }, (_, index) => {
    const needs =
      index === 0 ? '' : `    dependsOn: [step-${index - 1}]\n    when: results["step-${index - 1}"].ok && inputs.area != "none"\n`;
    return `  - key: step-${index}
    name: Step number ${index}
    agent: developer
    action: code.rules
    with:
      paths: ["src/part${index}/**"]
      title: "{{ inputs.area }}: part ${index}"
    prompt: |
      Read the findings of the action and the code around each. Keep what is a real fault there, with the lines that
      show it, and drop the rest with one sentence why. Say what you did not look at.
    timeout: 90s
    retry: 3
${needs}`;
  });
  return `name: bench-${count}\nversion: 1.0.0\ndescription: A chain of ${count} steps.\ninputs:\n  area: string\nsteps:\n${steps.join('')}`;
}

/** Median over rounds of checks per second; prints one line a size. Throws when the file is not right. */
export async function run(): Promise<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [steps, repeats] of [
    [5, 1000],
    [100, 50],
  ] as const) {
    const perSecond = measure(workflowText(steps), repeats);
    numbers[`workflow.check.${steps}steps.perSecond`] = Math.round(perSecond);
    numbers[`workflow.check.${steps}steps.ms`] = Number((1000 / perSecond).toFixed(3));
    console.log(`parse + validate, ${steps} steps: ${Math.round(perSecond)} files/s, ${(1000 / perSecond).toFixed(2)} ms a file`);
  }
  return numbers;
}

function measure(text: string, repeats: number): number {
  const rates = Array.from({ length: ROUNDS }, (_, round) => {
    const texts = Array.from({ length: repeats }, (_, index) => `${text}# ${round}.${index}\n`);
    const startedAt = performance.now();
    for (const one of texts) {
      const { problems } = checkWorkflow(one, { file: 'bench.cas.yaml' });
      if (problems.length > 0) throw new Error(problems[0]?.message);
    }
    return (repeats / (performance.now() - startedAt)) * 1000;
  });
  return rates.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number;
}
