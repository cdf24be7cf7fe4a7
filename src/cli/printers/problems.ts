// Problems of a file, one a line, as compilers print them.

import type { Output } from '#cli/output.ts';
import { printable } from '#cli/printers/format.ts';
import type { FileProblem } from '#protocol/workflow.ts';

/** `name:3:7 error … (workflow.unknownKey)` */
export function problemLines(name: string, problems: readonly FileProblem[], { style }: Pick<Output, 'style'>): readonly string[] {
  return problems.map(({ severity, line, column, message, hint, code }) => {
    const word = style(severity === 'error' ? 'red' : 'yellow', severity);
    return `${name}:${line}:${column} ${word} ${printable(message)}${hint === '' ? '' : ` ${printable(hint)}`} (${code})`;
  });
}
