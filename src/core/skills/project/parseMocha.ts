// mocha: the epilogue that all of its own reporters write.

import { type ParsedFailure, type ParsedTests, sumOf } from '#core/skills/project/parsedTests.ts';

export function parseMocha(output: string): ParsedTests | null {
  const passed = sumOf(output, /^ {2}(\d+) passing \(\d+\w+\)$/gm);
  if (passed === null) return null;
  return {
    passed,
    failed: sumOf(output, /^ {2}(\d+) failing$/gm) ?? 0,
    skipped: sumOf(output, /^ {2}(\d+) pending$/gm) ?? 0,
    failures: epilogues(output).flatMap(failuresOf),
  };
}

/** What stands after each `N failing`, up to the next run's `N passing`. */
function epilogues(output: string): readonly string[] {
  return output
    .split(/^ {2}\d+ failing$/m)
    .slice(1)
    .map((part) => part.split(/^ {2}\d+ passing \(/m, 1)[0] ?? '');
}

function failuresOf(epilogue: string): readonly ParsedFailure[] {
  const blocks = epilogue.split(/^ {2}\d+\) /m).slice(1);
  return blocks.map((block) => {
    const lines = block.split('\n');
    const end = lines.findIndex((line) => line.trimEnd().endsWith(':'));
    const titles = lines.slice(0, end + 1).map((line) => line.trim());
    const name = titles.join(' ').replace(/:$/, '');
    return {
      name: name || (lines[0]?.trim() ?? ''),
      text: lines
        .slice(end + 1)
        .join('\n')
        .trimEnd(),
      place: null,
    };
  });
}
