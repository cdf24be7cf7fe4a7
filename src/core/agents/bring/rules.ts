// Rules for all agents, of Roo Code, Cline and Continue: they become `AGENTS.md`, which every agent of a trusted workspace reads.

import { z } from 'zod';
import { parseData } from '#core/agents/bring/parseData.ts';
import type { BringFiles, BringNote, BringPorts, Brought } from '#core/agents/bring/plan.ts';
import { listOf } from '#core/agents/foreign/foreignAgent.ts';

const words = z.union([z.string(), z.array(z.string())]);
const PLACES = ['.roo/rules', '.roorules', '.clinerules', '.continue/rules'];
const TEXT = /\.(md|mdx|markdown|txt|xml)$/i;
/** Folders beside the rules that hold something else. */
const NO_RULES = /^(workflows|hooks|skills)\//;

export interface RuleFile {
  readonly path: string;
  readonly text: string;
}

/** Each place is a file or a folder of them; in order. */
export async function readRules(files: BringFiles, places: readonly string[]): Promise<readonly RuleFile[]> {
  const found = await Promise.all(
    places.map(async (place): Promise<readonly RuleFile[]> => {
      const names = (await files.list(place)).filter((name) => TEXT.test(name) && !NO_RULES.test(name));
      const paths = names.length > 0 ? names.map((name) => `${place}/${name}`) : [place];
      const texts = await Promise.all(paths.map(async (path) => ({ path, text: await files.read(path) })));
      return texts.flatMap(({ path, text }) => (text === null || text.trim() === '' ? [] : [{ path, text: text.trim() }]));
    }),
  );
  return found.flat();
}

/** Front matter says when a rule applies: which files it is for is said in words. */
export function rulesText(rules: readonly RuleFile[]): string {
  return rules.map(({ text }) => spoken(text)).join('\n\n');
}

export async function sharedRules({ files }: BringPorts): Promise<Brought> {
  const rules = await readRules(files, PLACES);
  const notes = rules.flatMap(({ path, text }): readonly BringNote[] => {
    if (headOf(text) === null) return [];
    const message =
      boundsOf(text).length > 0
        ? 'which files it is for stands in its words'
        : 'its front matter was left out: the rule holds for all files';
    return [{ from: path, message }];
  });
  if (rules.length === 0) return { files: [], notes };
  const text = `# Rules for agents\n\n${rulesText(rules)}\n`;
  return { files: [{ path: 'AGENTS.md', text, from: rules.map(({ path }) => path) }], notes };
}

const HEAD = /^---\n([\s\S]*?)\n---(?:\n+|$)/;

function headOf(text: string): string | null {
  return HEAD.exec(text.replaceAll('\r\n', '\n'))?.[1] ?? null;
}

function spoken(text: string): string {
  const body = text.replaceAll('\r\n', '\n').replace(HEAD, '');
  const bounds = boundsOf(text);
  return bounds.length === 0 ? body : `For files that match ${bounds.map((bound) => `\`${bound}\``).join(', ')}:\n\n${body}`;
}

/** `paths` of Cline, `globs` of Continue: one, several with commas, or a list. */
function boundsOf(text: string): readonly string[] {
  const parsed = z.looseObject({ paths: words.optional(), globs: words.optional() }).safeParse(parseData(headOf(text) ?? ''));
  if (!parsed.success) return [];
  return [...listOf(parsed.data.paths ?? []), ...listOf(parsed.data.globs ?? [])];
}
