// Runs the rules that can match on one source.

import type { SgNode } from '@ast-grep/wasm';
import { type Edit, editFor, fillTemplate } from '#core/skills/rules/applyFix.ts';
import type { CodeRule } from '#core/skills/rules/definition.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { Language } from '#core/skills/rules/languages.ts';
import { isTestPath } from '#core/skills/source/generated.ts';

export interface RuleMatch {
  readonly rule: CodeRule;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly edit: Edit | null;
}

/** Rules whose place, language and prefilter say that they could match: cheap enough for every file. */
export function candidateRules(rules: readonly CodeRule[], path: string, language: Language, text: string): readonly CodeRule[] {
  const inTests = isTestPath(path);
  return rules.filter(
    (rule) =>
      rule.languages.includes(language) &&
      (rule.where === 'anywhere' || (rule.where === 'tests') === inTests) &&
      rule.prefilter.some((mayMatch) => mayMatch(text)),
  );
}

/** In source order. The engine must have loaded the language. Matches inside a syntax error are left out: the parser guessed there. */
export function applyRules(
  engine: SyntaxEngine,
  source: { readonly path: string; readonly text: string; readonly language: Language },
  rules: readonly CodeRule[],
): readonly RuleMatch[] {
  const candidates = candidateRules(rules, source.path, source.language, source.text);
  if (candidates.length === 0) return [];
  // Grammars take a byte order mark for an error, so it is parsed as a space of the same length.
  const text = source.text.startsWith('\uFEFF') ? ` ${source.text.slice(1)}` : source.text;
  return engine.withTree(source.language, text, (root) =>
    candidates.flatMap((rule) => matchesOf(rule, root, text)).toSorted((a, b) => a.start - b.start || b.end - a.end),
  );
}

function matchesOf(rule: CodeRule, root: SgNode, text: string): readonly RuleMatch[] {
  const matcher = { rule: rule.rule, constraints: rule.constraints, utils: rule.utils };
  return root
    .findAll(matcher)
    .filter((node) => !inSyntaxError(node) && !isWaived(text, node.range().start.index))
    .map((node) => {
      const range = node.range();
      return {
        rule,
        start: range.start.index,
        end: range.end.index,
        message: fillTemplate(rule.message, node, text).replace(/\s+/g, ' ').slice(0, 200),
        edit: rule.fix === undefined ? null : editFor(rule.fix, node, text),
      };
    });
}

const ON_LINE = /\b(?:noqa|nosec|NOSONAR|nolint)\b|(?:eslint|oxlint)-disable-line\b/;
const NEXT_LINE = /(?:eslint|oxlint)-disable-next-line\b/;

/** Someone looked at this line and told another linter to leave it: that judgement stands. */
function isWaived(text: string, start: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', start);
  const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1));
  return ON_LINE.test(text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd)) || NEXT_LINE.test(above);
}

function inSyntaxError(node: SgNode): boolean {
  return node.kind() === 'ERROR' || node.ancestors().some((ancestor) => ancestor.kind() === 'ERROR');
}
