// Continue's settings (https://docs.continue.dev/reference, read 2026-11): its prompts become agents; models and servers are told.

import { noModelWishes } from '#core/agents/definition.ts';
import { z } from 'zod';
import { agentText } from '#core/agents/agentText.ts';
import { parseData } from '#core/agents/bring/parseData.ts';
import type { BringNote, BringPorts, Brought, BroughtFile } from '#core/agents/bring/plan.ts';
import { definitionOf } from '#core/agents/foreign/foreignAgent.ts';

const SOURCES = ['.continue/config.yaml', '.continue/config.yml', '.continue/config.json'];
const READS = ['files.list', 'files.read', 'files.search', 'git.log', 'git.diff'];

const promptSchema = z.looseObject({ name: z.string().min(1), description: z.string().optional(), prompt: z.string().min(1) });
const modelSchema = z.looseObject({ provider: z.string().optional(), model: z.string().optional() });
const configSchema = z.looseObject({ prompts: z.array(z.unknown()).optional(), models: z.array(modelSchema).optional() });

/** Said with what to do instead; anything else that is set is only named. */
const ADVICE: { readonly [key: string]: string } = {
  mcpServers: 'servers are named in .cas/mcp.json, and start after a yes',
  rules: 'write them into AGENTS.md',
  docs: 'there is no index of documents',
  context: 'agents find context with their tools',
};
const SILENT: ReadonlySet<string> = new Set(['name', 'version', 'schema', 'prompts', 'models']);

export async function continueFiles({ files }: BringPorts): Promise<Brought> {
  const found: BroughtFile[] = [];
  const notes: BringNote[] = [];
  for (const from of SOURCES) {
    const text = await files.read(from);
    if (text === null) continue;
    const parsed = configSchema.safeParse(parseData(text));
    if (!parsed.success) {
      notes.push({ from, message: 'could not be read' });
      continue;
    }
    const { prompts = [], models = [], ...rest } = parsed.data;
    for (const prompt of prompts) add(prompt, from, { found, notes });
    const wishes = models.flatMap(({ provider, model }) => (provider && model ? [`${provider}/${model}`] : []));
    if (wishes.length > 0)
      notes.push({ from, message: `models are set with CAS_MODELS or cas.models.prefer: ${wishes.join(', ')}; keys stay where they are` });
    for (const key of Object.keys(rest))
      if (!SILENT.has(key)) notes.push({ from, message: `\`${key}\` was left out${ADVICE[key] ? `: ${ADVICE[key]}` : ''}` });
  }
  return { files: found, notes };
}

function add(value: unknown, from: string, to: { readonly found: BroughtFile[]; readonly notes: BringNote[] }): void {
  const parsed = promptSchema.safeParse(value);
  if (!parsed.success) {
    to.notes.push({ from, message: 'a prompt without a name or text was left out' });
    return;
  }
  const { name, description = name, prompt } = parsed.data;
  const agent = definitionOf(
    { name, description, tools: READS, models: noModelWishes, instructions: prompt },
    { file: from, fileName: name },
  );
  to.found.push({ path: `.cas/agents/${agent.id}.md`, text: agentText({ ...agent, limits: null }), from: [from] });
}
