// Completion in the front matter of an agent file: keys, and the names and words that may stand under them.

import { AGENT_KEYS, MODEL_KEYS } from '#core/agents/agentSchema.ts';
import { deliverableNames } from '#core/agents/deliverables.ts';
import { reasoningEfforts } from '#core/llm/modelTraits.ts';
import { routePolicies } from '#core/llm/routeOrder.ts';
import type { Completion, Described } from '#core/workflow/complete.ts';

export interface KnownForAgents {
  readonly tools: Described;
  readonly skills: Described;
}

const ABOUT: { readonly [key: string]: string } = {
  id: 'Lower-case letters, digits and dashes; also the name of the file.',
  role: 'One line: what it is responsible for.',
  description: 'When to give it work, and what comes back. People and the router choose by this.',
  specializations: 'Words of its trade, by which the router finds it.',
  capabilities: '`area.verb: confidence`, above 0, at most 1. A step that names one goes to the best.',
  tools: 'What it may use with a model, and nothing else.',
  skills: 'What it may run without any model.',
  models: 'What it wishes of a model; what cannot be had falls back, and is said.',
  limits: 'Turns, tokens and milliseconds of one step.',
  deliverable: 'The typed result it hands over.',
  prefer: 'Models by name, best first: `name` or `provider/name`.',
  policy: 'In which order models go that nobody named.',
  context: 'Tokens the window should have at least.',
  images: 'Whether it should take images.',
  reasoning: 'How much the model shall think before it answers.',
  maxTurns: 'Default 24.',
  maxTokens: 'Default 400000.',
  timeoutMs: 'Default 600000.',
};

const NESTED: { readonly [key: string]: readonly string[] } = { models: MODEL_KEYS, limits: ['maxTurns', 'maxTokens', 'timeoutMs'] };
const WORDS: { readonly [key: string]: readonly string[] } = {
  deliverable: deliverableNames,
  policy: routePolicies,
  reasoning: reasoningEfforts,
  images: ['true', 'false'],
};

/** `offset` in UTF-16 code units. Never throws, whatever the text; empty outside the front matter. */
export function completionsInAgent(text: string, offset: number, known: KnownForAgents): readonly Completion[] {
  const end = /^---[ \t]*\r?$/m.exec(text.slice(3))?.index;
  if (!text.startsWith('---') || offset < 4 || (end !== undefined && offset > end + 3)) return [];
  const head = text.slice(4, end === undefined ? text.length : end + 3);
  const before = text.slice(4, offset);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const typed = /[\w.*-]*$/.exec(line)?.[0] ?? '';
  const place = { start: offset - typed.length, end: offset };
  const lead = line.slice(0, line.length - typed.length);
  return optionsAt({ head, before, lead }, known).map((option) => ({ ...option, ...place }));
}

interface Spot {
  readonly head: string;
  readonly before: string;
  /** The line up to the word that is typed. */
  readonly lead: string;
}

type Option = Pick<Completion, 'label' | 'kind' | 'description' | 'insert'>;

function optionsAt({ head, before, lead }: Spot, known: KnownForAgents): readonly Option[] {
  if (lead === '') return keysNotIn(AGENT_KEYS, new RegExp(String.raw`^(${AGENT_KEYS.join('|')}):`, 'gm'), head);
  const named = /(\w+):[ \t]+$/.exec(lead)?.[1];
  if (named !== undefined && Object.hasOwn(WORDS, named)) {
    return (WORDS[named] ?? []).map((label) => ({ label, kind: 'value', description: '', insert: label }));
  }
  const key = [...before.matchAll(/^(\w+):/gm)].at(-1)?.[1] ?? '';
  const block = blockOf(head, key);
  if (key === 'tools' || key === 'skills') {
    const listed = new Set(block.match(/[\w.*-]+/g));
    return Array.from(known[key])
      .filter(([label]) => !listed.has(label))
      .map(([label, description]) => ({ label, kind: key === 'tools' ? 'value' : 'skill', description, insert: label }));
  }
  const inside = Object.hasOwn(NESTED, key) ? (NESTED[key] ?? []) : [];
  return /(?:^[ \t]+|[{,][ \t]*)$/.test(lead) ? keysNotIn(inside, /(\w+):/g, block) : [];
}

function keysNotIn(keys: readonly string[], pattern: RegExp, text: string): readonly Option[] {
  const there = new Set([...text.matchAll(pattern)].map(([, key]) => key));
  return keys
    .filter((key) => !there.has(key))
    .map((label) => ({ label, kind: 'key', description: ABOUT[label] ?? '', insert: `${label}: ` }));
}

/** What stands under a key at the margin, up to the next one. */
function blockOf(head: string, key: string): string {
  const start = head.search(new RegExp(`^${key}:`, 'm'));
  if (key === '' || start === -1) return '';
  const rest = head.slice(start + key.length + 1);
  const next = rest.search(/^\w/m);
  return next === -1 ? rest : rest.slice(0, next);
}
