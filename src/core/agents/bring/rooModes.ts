// Roo Code's modes (https://docs.roocode.com/features/custom-modes, read 2026-11): `.roomodes`, and the rules of each mode.

import { noModelWishes } from '#core/agents/definition.ts';
import { z } from 'zod';
import { agentText } from '#core/agents/agentText.ts';
import { parseData } from '#core/agents/bring/parseData.ts';
import type { BringNote, BringPorts, Brought, BroughtFile } from '#core/agents/bring/plan.ts';
import { readRules, rulesText } from '#core/agents/bring/rules.ts';
import { definitionOf } from '#core/agents/foreign/foreignAgent.ts';
import { mapTools } from '#core/agents/foreign/mapTools.ts';

const SOURCE = '.roomodes';

const group = z.union([
  z.string(),
  z.tuple([z.string(), z.looseObject({ fileRegex: z.string().optional(), description: z.string().optional() })]),
]);
const modeSchema = z.looseObject({
  slug: z.string().min(1),
  name: z.string().min(1),
  roleDefinition: z.string().min(1),
  description: z.string().optional(),
  whenToUse: z.string().optional(),
  customInstructions: z.string().optional(),
  groups: z.array(group).default([]),
});
type Mode = z.infer<typeof modeSchema>;
const fileSchema = z.looseObject({ customModes: z.array(z.unknown()) });

const USED: ReadonlySet<string> = new Set([...Object.keys(modeSchema.shape), 'source', 'iconName']);

export async function rooModes(ports: BringPorts): Promise<Brought> {
  const text = await ports.files.read(SOURCE);
  if (text === null) return { files: [], notes: [] };
  const parsed = fileSchema.safeParse(parseData(text));
  if (!parsed.success) return { files: [], notes: [{ from: SOURCE, message: 'could not be read: it is no list of `customModes`' }] };
  const brought = await Promise.all(parsed.data.customModes.map((mode, index) => oneMode(mode, index, ports)));
  return { files: brought.flatMap(({ files }) => files), notes: brought.flatMap(({ notes }) => notes) };
}

async function oneMode(value: unknown, index: number, ports: BringPorts): Promise<Brought> {
  const parsed = modeSchema.safeParse(value);
  if (!parsed.success) {
    const message = `mode ${index + 1} was left out: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${parsed.error.issues[0]?.message ?? ''}`;
    return { files: [], notes: [{ from: SOURCE, message: message.trim() }] };
  }
  const mode = parsed.data;
  const rules = await readRules(ports.files, [`.roo/rules-${mode.slug}`, `.roorules-${mode.slug}`, `.clinerules-${mode.slug}`]);
  const mapped = mapTools(toolNames(mode), ports.knownTools);
  const agent = definitionOf(
    {
      name: mode.slug,
      description: mode.whenToUse ?? mode.description ?? mode.roleDefinition,
      tools: mapped.tools,
      models: noModelWishes,
      instructions: instructionsOf(mode, rulesText(rules)),
    },
    { file: '', fileName: mode.slug },
  );
  const file: BroughtFile = {
    path: `.cas/agents/${agent.id}.md`,
    text: agentText({ ...agent, name: mode.name, limits: null }),
    from: [SOURCE, ...rules.map(({ path }) => path)],
  };
  return { files: [file], notes: notesOf(mode, mapped.unmapped) };
}

/** Groups, where `edit` may be bound to files: that is said in words here, and not enforced. */
function toolNames({ groups }: Mode): readonly string[] {
  const names = groups.map((one) => (typeof one === 'string' ? one : one[0]));
  return names.flatMap((name) => (name === 'read' ? ['read', 'search'] : [name]));
}

function restrictions({ groups }: Mode): readonly string[] {
  return groups.flatMap((one) => (typeof one !== 'string' && one[1].fileRegex !== undefined ? [one[1].fileRegex] : []));
}

function instructionsOf(mode: Mode, rules: string): string {
  const only = restrictions(mode).map((pattern) => `Edit only files whose path matches \`${pattern}\`.`);
  return [mode.roleDefinition, mode.customInstructions ?? '', only.join('\n'), rules].filter((part) => part.trim() !== '').join('\n\n');
}

function notesOf(mode: Mode, unmapped: readonly string[]): readonly BringNote[] {
  const about = (message: string): BringNote => ({ from: SOURCE, message: `mode ${mode.slug}: ${message}` });
  return [
    ...unmapped.map((name) => about(`the group \`${name}\` has no counterpart; name tools in its file, MCP servers in .cas/mcp.json`)),
    ...restrictions(mode).map((pattern) =>
      about(`the bound \`${pattern}\` stands in its instructions; here a person decides on each change`),
    ),
    ...Object.keys(mode).flatMap((key) => (USED.has(key) ? [] : [about(`\`${key}\` has no counterpart and was left out`)])),
  ];
}
