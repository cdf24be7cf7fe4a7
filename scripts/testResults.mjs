// What test.mjs makes of what the suites say: counts, what to try a second time, and the closing words. Pure.

/** Lines of a failure's message that are shown again at the end. */
const MESSAGE_LINES = 12;

/** Counts from mocha's summary or from a closing `N passed, N failed`. A suite that prints neither is one check. */
export function countsOf(output, exitCode) {
  const text = withoutColours(output);
  const plain = [...text.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1);
  const passing = [...text.matchAll(/^\s*(\d+) passing/gm)].at(-1);
  const failing = [...text.matchAll(/^\s*(\d+) failing/gm)].at(-1);
  const passed = Number(plain?.[1] ?? passing?.[1] ?? (exitCode === 0 ? 1 : 0));
  const failed = Number(plain?.[2] ?? failing?.[1] ?? 0);
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}

/** For mocha's `--grep`: all tests of the outermost suites in which one failed, since those that follow may rest on it. Null when none did. */
export function againPattern(results) {
  const groups = new Set(results.filter(({ state }) => state === 'failed').map(({ group }) => group));
  if (groups.size === 0) return null;
  return `^(?:${[...groups].map((group) => group.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)).join('|')})(?: |$)`;
}

/**
 * What counts: the first attempt, and in its place the second for what was tried twice (null: there was none).
 * A second attempt that did not come to its end, or ran nothing, changes nothing.
 */
export function settle(first, second) {
  const failures = first.filter(({ state }) => state === 'failed');
  const again = second !== null && second.length > 0 ? new RegExp(againPattern(first)) : null;
  const last = again ? [...first.filter(({ title }) => !again.test(title)), ...second] : first;
  const failed = last.filter(({ state }) => state === 'failed');
  const stillFailed = new Set(failed.map(({ title }) => title));
  return {
    passed: last.filter(({ state }) => state === 'passed').length,
    failed,
    atSecondAttempt: failures.filter(({ title }) => !stillFailed.has(title)),
  };
}

/** Title and message, without the stack but for the first line of it that is ours. */
export function failureLines({ title, error = '' }) {
  const lines = withoutColours(error).split('\n');
  const stackAt = lines.findIndex((line) => /^\s+at /.test(line));
  const message = lines.slice(0, stackAt === -1 ? undefined : stackAt).filter((line) => line.trim() !== '');
  const place = lines.find((line) => /^\s+at .*(?:test|src|scripts|webview-ui)\//.test(line) && !line.includes('node_modules'));
  const shown = message.slice(0, MESSAGE_LINES);
  if (message.length > shown.length) shown.push(`… ${message.length - shown.length} more lines above`);
  if (place) shown.push(place.trim());
  return [`✗ ${title}`, ...shown.map((line) => `    ${line}`)];
}

/** For what failed as a whole. */
export function lastLines(output) {
  const lines = withoutColours(output).split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-MESSAGE_LINES)
    .join('\n');
}

function withoutColours(text) {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '');
}
