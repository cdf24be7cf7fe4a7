// Finds the shipped rules: every YAML file of `resources/rules`.

import path from 'node:path';
import { AppError } from '#base/errors.ts';
import { type CodeRule, parseRules } from '#core/skills/rules/definition.ts';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';

/** All rules, by file name and then in the file's order. Throws `rules.missing`, `rules.invalid`, `rules.duplicateId`. */
export async function loadRules(resources: string, own: OwnFiles): Promise<readonly CodeRule[]> {
  const folder = path.join(resources, 'rules');
  const rules: CodeRule[] = [];
  for (const name of await own.list(folder)) {
    if (!/\.ya?ml$/.test(name)) continue;
    const text = await own.readText(path.join(folder, name));
    if (text !== null) rules.push(...parseRules(name, text));
  }
  if (rules.length === 0) {
    throw new AppError({ code: 'rules.missing', message: `There are no rules in ${folder}.`, details: { folder } });
  }
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (seen.has(id)) throw new AppError({ code: 'rules.duplicateId', message: `Two rules have the id ${id}.`, details: { id } });
    seen.add(id);
  }
  return rules;
}
