// What stands in a file of code and is no copy to be mended: tests inside it, and what a type system asks to be said again.

/** A Rust module under `#[cfg(test)]`. Nothing stands after it: clippy's items_after_test_module says so where something does. */
const RUST_TESTS = /^#\[cfg\((?:all\()?test\b[^\]]*\]\s*\n(?:\s*#\[[^\n]*\n)*(?:pub\s+)?mod\s+\w+\s*\{[\s\S]*/m;
/** A signature of Python under `@overload`, up to the dots that are its body. */
const OVERLOADS = /^[ \t]*@(?:\w+\.)?overload[ \t]*\n[\s\S]{0,4000}?\.\.\.[ \t]*$/gm;

/** Blanked, so that offsets and lines stay. */
export function withoutNotJudged(path: string, text: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ');
  if (path.endsWith('.rs')) return text.replace(RUST_TESTS, blank);
  return /\.pyi?$/.test(path) ? text.replace(OVERLOADS, blank) : text;
}
