// Continue's settings (https://docs.continue.dev/reference, read 2026-11): its prompts, agents and checks become agents; models and servers are told.

import { noModelWishes } from '#core/agents/definition.ts';
import { z } from 'zod';
import { agentText } from '#core/agents/agentText.ts';
import { parseData } from '#core/agents/bring/parseData.ts';
import type { BringNote, BringPorts, Brought, BroughtFile } from '#core/agents/bring/plan.ts';
import { definitionOf, parseForeignAgent } from '#core/agents/foreign/foreignAgent.ts';

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
/** A prompt, an agent or a check is a file with its name, what it is for, and its words. */
const FOLDERS = ['.continue/prompts', '.continue/agents', '.continue/checks'];
const SILENT: ReadonlySet<string> = new Set(['name', 'version', 'schema', 'prompts', 'models']);

export async function continueFiles(ports: BringPorts): Promise<Brought> {
  const parts = [await settings(ports), ...(await Promise.all(FOLDERS.map((folder) => folderOf(folder, ports))))];
  return { files: parts.flatMap((part) => part.files), notes: parts.flatMap((part) => part.notes) };
}

async function folderOf(folder: string, { files, knownTools }: BringPorts): Promise<Brought> {
  const names = (await files.list(folder)).filter((name) => /\.(?:md|prompt)$/.test(name));
  const brought = await Promise.all(
    names.map(async (name): Promise<Brought> => {
      const from = `${folder}/${name}`;
      const fileName = name.slice(name.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
      const { agent, problems } = parseForeignAgent(described((await files.read(from)) ?? '', fileName), {
        file: from,
        fileName,
        knownTools,
      });
      const notes = problems.map(({ message }) => ({ from, message: message.replace(/\.$/, '') }));
      return {
        files: agent === null ? [] : [{ path: `.cas/agents/${agent.id}.md`, text: agentText({ ...agent, limits: null }), from: [from] }],
        notes,
      };
    }),
  );
  return { files: brought.flatMap((one) => one.files), notes: brought.flatMap((one) => one.notes) };
}

/** Front matter may begin without its first line, or be missing; a description is not asked for there. */
function described(text: string, name: string): string {
  const clean = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const [, head = '', body = clean] = /^(?:---\n)?((?:\w[\w-]*:.*\n(?:[ \t-].*\n)*)+)---\n([\s\S]*)$/.exec(clean) ?? [];
  const description = /^description:/m.test(head) ? '' : `description: ${JSON.stringify(name)}\n`;
  return `---\n${head}${description}---\n${body}`;
}

async function settings({ files }: BringPorts): Promise<Brought> {
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
