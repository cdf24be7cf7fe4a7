// Rules for all agents, of Roo Code, Cline and Continue: they become `AGENTS.md`, which every agent of a trusted workspace reads.

import type { BringFiles, BringNote, BringPorts, Brought } from '#core/agents/bring/plan.ts';

const PLACES = ['.roo/rules', '.roorules', '.clinerules', '.continue/rules'];
const TEXT = /\.(md|mdx|txt)$/i;

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** Each place is a file or a folder of them; in order. */
export async function readRules(files: BringFiles, places: readonly string[]): Promise<readonly RuleFile[]> {
  const found = await Promise.all(
    places.map(async (place): Promise<readonly RuleFile[]> => {
      const names = (await files.list(place)).filter((name) => TEXT.test(name));
      const paths = names.length > 0 ? names.map((name) => `${place}/${name}`) : [place];
      const texts = await Promise.all(paths.map(async (path) => ({ path, text: await files.read(path) })));
      return texts.flatMap(({ path, text }) => (text === null || text.trim() === '' ? [] : [{ path, text: text.trim() }]));
    }),
  );
  return found.flat();
}

/** Front matter says when a rule applies; here it always does. */
export function rulesText(rules: readonly RuleFile[]): string {
  return rules.map(({ text }) => withoutFrontMatter(text)).join('\n\n');
}

export async function sharedRules({ files }: BringPorts): Promise<Brought> {
  const rules = await readRules(files, PLACES);
  const workflows = await files.list('.clinerules/workflows');
  const notes: readonly BringNote[] = [
    ...workflows.map((name) => ({
      from: `.clinerules/workflows/${name}`,
      message: 'is a workflow in words: write it as .cas/workflows/*.cas.yaml',
    })),
    ...rules.flatMap(({ path, text }) =>
      withoutFrontMatter(text) === text ? [] : [{ from: path, message: 'its front matter was left out: the rule holds for all files' }],
    ),
  ];
  if (rules.length === 0) return { files: [], notes };
  const text = `# Rules for agents\n\n${rulesText(rules)}\n`;
  return { files: [{ path: 'AGENTS.md', text, from: rules.map(({ path }) => path) }], notes };
}

function withoutFrontMatter(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/^---\n[\s\S]*?\n---\n+/, '');
}
