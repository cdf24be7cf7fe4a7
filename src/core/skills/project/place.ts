// Finds the places of the workspace that a tool's output speaks of: absolute, relative, as a URL or by bare name.

export interface Place {
  /** A file of the workspace. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column?: number | undefined;
}

export interface Locator {
  /** The first `path:line[:column]` (or `path(line,column)`, `"path", line N`) in `text` that names a file of the workspace. */
  find(text: string): Place | null;
  /** The workspace's file that a path in the output means, or null. `hint` is part of the folder, for bare names. */
  resolve(path: string, hint?: string): string | null;
}

const PLACES =
  /(?:file:\/\/)?([^\s'"`()<>|[\]]*?[^\s'"`()<>|[\]:]):(\d+)(?::(\d+))?|([^\s'"`()<>|[\]]+)\((\d+),(\d+)\)|"([^"\n]+)", line (\d+)/g;

/** `root` is where the command ran; `paths` are the workspace's files. */
export function createLocator(root: string, paths: ReadonlySet<string>): Locator {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), path]);
  }
  const resolve = (raw: string, hint = ''): string | null => {
    const plain = decode(raw.replace(/^file:\/\//, '')).replaceAll('\\', '/');
    const base = root.replaceAll('\\', '/');
    const path = (plain.startsWith(`${base}/`) ? plain.slice(base.length + 1) : plain).replace(/^(?:\.\/)+/, '');
    if (paths.has(path)) return path;
    if (path.includes('/')) return null;
    const named = byName.get(path) ?? [];
    const likely = hint === '' ? named : named.filter((candidate) => candidate.endsWith(`${hint}/${path}`));
    return likely.length === 1 ? (likely[0] ?? null) : null;
  };
  return {
    resolve,
    find(text) {
      for (const [, plain, line, column, paren, parenLine, parenColumn, quoted, quotedLine] of text.matchAll(PLACES)) {
        const path = resolve(plain ?? paren ?? quoted ?? '');
        const found = Number(line ?? parenLine ?? quotedLine);
        if (path === null || found < 1) continue;
        const at = Number(column ?? parenColumn ?? 0);
        return at > 0 ? { path, line: found, column: at } : { path, line: found };
      }
      return null;
    },
  };
}

function decode(path: string): string {
  try {
    return path.includes('%') ? decodeURIComponent(path) : path;
  } catch {
    // A lone % is part of the name.
    return path;
  }
}
