// A problem before it has a place in the text: the path of the value it is about. positions.ts turns it into a FileProblem.

export type ValuePath = readonly (string | number)[];

export interface Issue {
  readonly severity: 'error' | 'warning';
  /** Stable dotted code: `workflow.unknownKey`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly path: ValuePath;
  /** `key`: the name of the last path element; `value`: what stands behind it. Default `value`. */
  readonly at?: 'key' | 'value';
  /** Part of a string value: an excerpt that stands in it at `offset`; marks less than the whole value where it can. */
  readonly excerpt?: { readonly text: string; readonly offset: number };
}

export function errorAt(path: ValuePath, code: string, message: string, more: Partial<Issue> = {}): Issue {
  return { severity: 'error', code: `workflow.${code}`, message, hint: '', path, ...more };
}

export function warningAt(path: ValuePath, code: string, message: string, more: Partial<Issue> = {}): Issue {
  return { ...errorAt(path, code, message, more), severity: 'warning' };
}

/** `steps[2].loop.until`, for messages. */
export function pathText(path: ValuePath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}
