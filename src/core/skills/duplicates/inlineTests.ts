// Tests that stand in the file they test: they are no more judged than those in files of their own.

/** A Rust module under `#[cfg(test)]`. Nothing stands after it: clippy's items_after_test_module says so where something does. */
const RUST_TESTS = /^#\[cfg\((?:all\()?test\b[^\]]*\]\s*\n(?:\s*#\[[^\n]*\n)*(?:pub\s+)?mod\s+\w+\s*\{[\s\S]*/m;

/** Blanked, so that offsets and lines stay. */
export function withoutInlineTests(path: string, text: string): string {
  return path.endsWith('.rs') ? text.replace(RUST_TESTS, (tests) => tests.replace(/[^\n]/g, ' ')) : text;
}
