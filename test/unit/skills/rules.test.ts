import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { applyRules, type RuleMatch } from '#core/skills/rules/applyRules.ts';
import { type CodeRule, parseRules } from '#core/skills/rules/definition.ts';
import { createSyntaxEngine, type SyntaxEngine } from '#core/skills/rules/engine.ts';
import { type Language, languageSchema } from '#core/skills/rules/languages.ts';
import { loadRules } from '#core/skills/rules/loadRules.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { grammarsDir } from '../../support/grammars.ts';

const resources = path.resolve('resources');
// Read here without await, because mocha needs the titles while it loads the file.
const rules = readdirSync(path.join(resources, 'rules')).flatMap((name) =>
  parseRules(name, readFileSync(path.join(resources, 'rules', name), 'utf8')),
);
const FILE: { readonly [language in Language]: string } = {
  javascript: 'src/a.js',
  typescript: 'src/a.ts',
  tsx: 'src/a.tsx',
  python: 'src/a.py',
  go: 'src/a.go',
  java: 'src/A.java',
  rust: 'src/a.rs',
};

describe('shipped rules', () => {
  let engine: SyntaxEngine;
  before(async () => {
    engine = createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles });
    await engine.load(languageSchema.options);
  });

  const run = (rule: CodeRule, language: Language, code: string, file?: string): readonly RuleMatch[] =>
    applyRules(engine, { path: file ?? FILE[language], text: code, language }, [rule]);

  it('are read in the same order by the skill', async () => {
    const loaded = await loadRules(resources, nodeOwnFiles);
    assert.deepEqual(
      loaded.map((rule) => rule.id),
      rules.map((rule) => rule.id),
    );
  });

  it('are at least 40, for every language', () => {
    assert.ok(rules.length >= 40, `${rules.length} rules`);
    for (const language of languageSchema.options) assert.ok(rules.some((rule) => rule.languages.includes(language)));
  });

  for (const rule of rules) {
    it(`${rule.id} leaves its valid cases alone and finds its invalid ones, with the stated fix`, () => {
      for (const language of rule.languages) {
        for (const { code, path } of rule.valid) {
          assert.deepEqual(
            run(rule, language, code, path).map((match) => match.message),
            [],
            `${language}: ${code}`,
          );
        }
        for (const { code, path, fixed } of rule.invalid) {
          const matches = run(rule, language, code, path);
          assert.ok(matches.length > 0, `not found in ${language}: ${code}`);
          assert.ok(
            matches.every((match) => !/\$[A-Z]/.test(match.message)),
            `unfilled message: ${matches[0]?.message}`,
          );
          assert.equal(
            matches.some((match) => match.edit !== null),
            fixed !== undefined,
            `fix of ${rule.id}: ${code}`,
          );
          if (fixed !== undefined) assert.equal(applyEdits(code, matches), fixed);
        }
      }
    });
  }
});

function applyEdits(code: string, matches: readonly RuleMatch[]): string {
  return matches
    .flatMap((match) => match.edit ?? [])
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.newText + text.slice(edit.end), code);
}
