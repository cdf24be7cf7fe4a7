// Reads the attacks from their data files. An attack with `each` stands for one attack per value.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { Attack } from '#test/attacks/arena.ts';

/** An advisory, an issue, or who published it when. */
const PUBLISHED = /\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-\w{4}){3}\b|\bOVE-\d{8}-\d{4}\b|[\w-]+\/[\w-]+#\d+|\b(?:19|20)\d\d\b/;
const texts = z.record(z.string(), z.string());
const attackSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  source: z.union([
    z.literal('own'),
    z.string().regex(PUBLISHED, 'names no advisory, issue or dated publication; `own` for an idea of ours'),
  ]),
  each: z.array(z.string()).optional(),
  files: texts.optional(),
  links: texts.optional(),
  gitConfig: texts.optional(),
  later: texts.optional(),
  mode: z.enum(['strict', 'auto', 'dry-run']).optional(),
  allow: z.array(z.enum(['execute', 'network', 'external', 'tainted-egress'])).optional(),
  webSearch: z.boolean().optional(),
  untrusted: z.boolean().optional(),
  calls: z.array(z.strictObject({ tool: z.string(), args: z.unknown() })),
  gate: z.string(),
  shows: z.string().optional(),
  person: z.string().optional(),
  protects: z.array(z.string()).optional(),
});

/** From test/attacks/*.yaml: write one more there, and it is played. */
export function corpus(): readonly Attack[] {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted();
  const all = files.flatMap((name) => z.array(attackSchema).parse(load(readFileSync(folder + name, 'utf8'))));
  const attacks = all.flatMap(({ each, ...attack }) => {
    if (each === undefined) return [attack as Attack];
    return each.map((value, index) => {
      const text = JSON.stringify({ ...attack, id: `${attack.id}-${index + 1}` });
      return JSON.parse(text.replaceAll('{{each}}', () => JSON.stringify(value).slice(1, -1))) as Attack;
    });
  });
  const ids = new Set(attacks.map(({ id }) => id));
  if (ids.size !== attacks.length) throw new Error('Two attacks have one id.');
  return attacks;
}
