// Agents of `.claude/agents` and `.github/agents` as files of CAS, where their tools and limits can be chosen.

import { agentText } from '#core/agents/agentText.ts';
import type { BringPorts, Brought } from '#core/agents/bring/plan.ts';
import { parseForeignAgent } from '#core/agents/foreign/foreignAgent.ts';

const FOLDERS = ['.github/agents', '.claude/agents'];

export async function claudeAndCopilot({ files, knownTools }: BringPorts): Promise<Brought> {
  const paths = (await Promise.all(FOLDERS.map(async (folder) => (await files.list(folder)).map((name) => `${folder}/${name}`)))).flat();
  const brought = await Promise.all(
    paths
      .filter((path) => /^\.(?:github|claude)\/agents\/[^/]+\.md$/.test(path))
      .map(async (path): Promise<Brought> => {
        const fileName = path.slice(path.lastIndexOf('/') + 1).replace(/(\.agent)?\.md$/, '');
        const { agent, problems } = parseForeignAgent((await files.read(path)) ?? '', { file: path, fileName, knownTools });
        const notes = problems.map(({ message }) => ({ from: path, message: message.replace(/\.$/, '') }));
        if (agent === null) return { files: [], notes };
        return { files: [{ path: `.cas/agents/${agent.id}.md`, text: agentText({ ...agent, limits: null }), from: [path] }], notes };
      }),
  );
  return { files: brought.flatMap((one) => one.files), notes: brought.flatMap((one) => one.notes) };
}
