// code.rules: structural rules with fixes over the sources whose language has a grammar.

import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { findingSchema } from '#protocol/finding.ts';
import { applyRules, candidateRules, type RuleMatch } from '#core/skills/rules/applyRules.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { languageOf } from '#core/skills/rules/languages.ts';
import { loadRules } from '#core/skills/rules/loadRules.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { cite } from '#core/skills/source/lines.ts';
import { nextTurn } from '#core/skills/source/nextTurn.ts';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';
import { hashBytes, readSources, type Source } from '#core/skills/source/readSources.ts';

/** A larger file would hold up the host for more than a moment; it is counted as skipped. */
const MAX_BYTES = 400 * 1024;

const argsSchema = z.strictObject({
  paths: z.array(z.string()).nullish(),
  categories: z.array(findingSchema.shape.category).nullish(),
});

const outputSchema = z.object({
  findings: z.array(findingSchema),
  filesScanned: z.number(),
  rules: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

export interface CodeRulesOptions {
  readonly engine: SyntaxEngine;
  /** Absolute folder of the shipped `resources/`. */
  readonly resources: string;
  readonly own: OwnFiles;
}

export function codeRulesSkill({ engine, ...options }: CodeRulesOptions): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'code.rules',
    title: 'Structural rules',
    description: 'Matches shipped ast-grep rules for security, correctness and quality against the syntax tree; many findings carry a fix.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const all = await loadRules(options.resources, options.own);
      const rules = all.filter((rule) => !args.categories || args.categories.includes(rule.category));
      const reader = readSources(context, { paths: args.paths, maxBytes: MAX_BYTES, accept: (path) => languageOf(path) !== null });
      const list = new FindingList('code.rules');
      let filesScanned = 0;
      for await (const source of reader.sources()) {
        filesScanned += 1;
        const language = languageOf(source.path);
        if (language === null || candidateRules(rules, source.path, language, source.text).length === 0) continue;
        await engine.load([language]);
        for (const match of applyRules(engine, { path: source.path, text: source.text, language }, rules)) {
          list.add(toFinding(match, source));
        }
        await nextTurn();
        throwIfAborted(context.signal);
      }
      const result = list.result();
      const output = { ...result, filesScanned, rules: rules.length, skipped: reader.skipped };
      const fixable = result.findings.filter((finding) => finding.fix !== undefined).length;
      const summary = `${count(list.size, 'finding')} (${fixable} with a fix) in ${count(filesScanned, 'file')}, ${count(rules.length, 'rule')}`;
      return { output: toJson(output), summary };
    },
  });
}

function toFinding({ rule, start, end, message, edit }: RuleMatch, source: Source): NewFinding {
  return {
    rule: rule.id,
    severity: rule.severity,
    category: rule.category,
    title: message,
    message: `${rule.note.trim()} See ${rule.url}`,
    citations: [cite(source, start, end)],
    ...(edit === null
      ? {}
      : { fix: { path: source.path, baseHash: hashBytes(source.bytes), ...edit, description: rule.fixes ?? `Apply ${rule.id}.` } }),
  };
}
