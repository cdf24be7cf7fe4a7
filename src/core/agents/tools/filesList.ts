// files.list: what is in the workspace.

import picomatch from 'picomatch';
import { z } from 'zod';
import { asData, defineTool } from '#core/agents/tools/tool.ts';

const MAX_FILES = 1000;

export const filesList = defineTool({
  id: 'files.list',
  description: 'Lists the files of the repository (those git ignores are left out), by glob if given.',
  args: z.object({ glob: z.string().max(500).optional().describe('For example src/**/*.ts. All files when left out.') }),
  risk: 'read',
  title: ({ glob }) => glob ?? 'all files',
  async run({ glob }, { step, changes }) {
    const matches = glob === undefined ? () => true : picomatch(glob, { dot: true });
    const listed = await step.files.list({ signal: step.signal, only: (names) => names.filter((path) => matches(path)) });
    const files = changes.applyTo(listed, (path) => matches(path));
    const more = files.length > MAX_FILES ? `\n[${files.length - MAX_FILES} more: use a narrower glob]` : '';
    return asData('files.list', `${files.length} files\n${files.slice(0, MAX_FILES).join('\n')}${more}`);
  },
});
