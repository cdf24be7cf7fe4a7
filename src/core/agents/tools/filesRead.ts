// files.read: one file or a part of it, with line numbers, as it is after the edits of this step.

import { z } from 'zod';
import { pathArg } from '#core/agents/tools/pathArg.ts';
import { isImagePath, readImage } from '#core/agents/tools/readImage.ts';
import { asData, defineTool } from '#core/agents/tools/tool.ts';

const DEFAULT_LINES = 500;
const MAX_LINE = 1000;
/** Code that came from elsewhere: what it says is not the project's word. */
const OF_OTHERS = /(?:^|\/)(?:node_modules|bower_components|vendor|third[-_]party|site-packages|\.venv)\//i;

export const filesRead = defineTool({
  id: 'files.read',
  description:
    'Reads a text file with line numbers. Shows 500 lines from `from` on unless `to` is given. A PNG, JPEG, GIF or WebP is shown as an image.',
  args: z.object({
    path: pathArg,
    from: z.number().int().positive().optional().describe('First line, 1-based. Default 1.'),
    to: z.number().int().positive().optional().describe('Last line, included.'),
  }),
  risk: 'read',
  title: ({ path, from, to }) => (from === undefined && to === undefined ? path : `${path} ${from ?? 1}-${to ?? ''}`),
  async run({ path, from = 1, to = from + DEFAULT_LINES - 1 }, context) {
    const { changes, bench } = context;
    if (OF_OTHERS.test(path)) await bench?.approvals.taint(`the file ${path}`);
    if (isImagePath(path) && !changes.isEdited(path)) return readImage(path, context);
    const lines = (await changes.read(path)).split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    const shown = lines.slice(from - 1, to);
    const numbered = shown.map((line, at) => `${from + at}\t${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}[…]` : line}`);
    const edited = changes.isEdited(path) ? ', with your edits' : '';
    const rest = to < lines.length ? `\n[lines ${to + 1}-${lines.length} not shown]` : '';
    const data = asData(`${path}, ${lines.length} lines${edited}`, numbered.join('\n') + rest);
    const said = (await context.guide?.(path)) ?? null;
    return said === null ? data : `${data}\n\n${said}`;
  },
});
