// Does a proposed text still parse, where that is cheap to tell? Blames a change only for what the text before it did not have.

import { parseDocument } from 'yaml';

/** What is wrong with the new text and was not wrong before, or null. Knows JSON and YAML; says nothing about other files. */
export function parseProblem(path: string, before: string | null, after: string): string | null {
  const check = checkerOf(path);
  if (check === null) return null;
  const problem = check(after);
  return problem === null || (before !== null && check(before) !== null) ? null : problem;
}

/** True when `parseProblem` can say something about this file. */
export function isParseable(path: string): boolean {
  return checkerOf(path) !== null;
}

const MAX_YAML_CHARS = 262_144;

function checkerOf(path: string): ((text: string) => string | null) | null {
  if (/\.json$/i.test(path)) return jsonProblem;
  return /\.ya?ml$/i.test(path) ? yamlProblem : null;
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Texts over 256 KiB are not judged: the parser could take seconds. */
function yamlProblem(text: string): string | null {
  if (text.length > MAX_YAML_CHARS) return null;
  return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' }).errors[0]?.message ?? null;
}
