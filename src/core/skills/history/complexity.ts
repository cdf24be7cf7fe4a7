// Indentation as a language-independent measure of complexity.

/**
 * Sum over the non-blank lines of their depth in indentation steps; a tab or the file's own smallest indent (2, 3, 4 or 8 spaces) is one step.
 * After Hindle, Godfrey, Holt: "Reading Beside the Lines: Indentation as a Proxy for Complexity Metrics", ICPC 2008.
 */
export function indentationComplexity(text: string): number {
  const indents = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [/^[ \t]*/.exec(line)?.[0] ?? '']));
  const step = spaceStep(indents);
  return indents.reduce((sum, indent) => {
    const tabs = indent.split('\t').length - 1;
    return sum + tabs + Math.floor((indent.length - tabs) / step);
  }, 0);
}

function spaceStep(indents: readonly string[]): number {
  const counts = [2, 3, 4, 8].map((step) => ({ step, lines: indents.filter((indent) => indent === ' '.repeat(step)).length }));
  return counts.find(({ lines }) => lines > 0 && lines >= indents.length / 50)?.step ?? 4;
}
