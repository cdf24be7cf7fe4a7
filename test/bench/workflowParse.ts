// How fast workflow files are parsed and validated: each text differs, so the cache by content never answers.

import { load } from 'js-yaml';
import { checkWorkflow } from '#core/workflow/parse.ts';
import { atLeast, atMost, median, medianRatio, type Row, row, type Section, takeTurns } from '#test/bench/measure.ts';

const ROUNDS = 40;
/** Until the code is compiled, as in an editor that has been open for a minute. */
const WARM_UPS = 20;

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

export async function run(): Promise<Section> {
  const small = await compare(5, 100);
  const large = await compare(100, 5);
  return {
    title: 'Workflow files',
    about: 'YAML to a checked graph: syntax, schema, expressions, templates, references and cycles. No file is checked twice.',
    rows: [
      row('parse and validate, 5 steps', 1_000 / small.ms, 'files/s', { ...small.ratio, floor: atLeast(10_000) }),
      row('parse and validate, 100 steps', large.ms, 'ms', { ...large.ratio, floor: atMost(2) }),
      row('parse and validate, 100 steps', 1_000 / large.ms, 'files/s', { floor: atLeast(500) }),
    ],
  };
}

/** Against js-yaml alone on the same texts. */
async function compare(steps: number, files: number): Promise<{ readonly ms: number; readonly ratio: Pick<Row, 'ratio'> }> {
  const text = workflowText(steps);
  const perFile = (work: (text: string) => void) => {
    let round = 0;
    return (): number => {
      round += 1;
      const texts = Array.from({ length: files }, (_, index) => `${text}# ${round}.${index}\n`);
      const startedAt = performance.now();
      for (const one of texts) work(one);
      return (performance.now() - startedAt) / files;
    };
  };
  const samples = await takeTurns({ cas: perFile(checkRight), yaml: perFile((one) => load(one)) }, ROUNDS, WARM_UPS);
  return { ms: median(samples.cas), ratio: { ratio: { value: medianRatio(samples.cas, samples.yaml), of: 'times js-yaml alone' } } };
}

function checkRight(text: string): void {
  const { problems } = checkWorkflow(text, { file: 'bench.cas.yaml' });
  if (problems.length > 0) throw new Error(problems[0]?.message);
}
