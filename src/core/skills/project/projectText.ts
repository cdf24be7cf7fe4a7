// Small reads for detection: a manifest's text or null, never more than a manifest needs.

import { hasCode } from '#base/errors.ts';
import type { WorkspaceFiles } from '#core/ports.ts';

const MAX_MANIFEST_BYTES = 1_048_576;

/** What detection works on: the names of all files, and the text of some. */
export interface ProjectTree {
  readonly paths: ReadonlySet<string>;
  /** Null when the file is missing, unreadable or larger than 1 MiB. */
  text(path: string): Promise<string | null>;
  /** True for a file or folder that is really there, listed or not (node_modules); a link that leads outside counts. */
  exists(path: string): Promise<boolean>;
}

export async function readProjectTree(files: WorkspaceFiles, signal?: AbortSignal): Promise<ProjectTree> {
  const paths = new Set(await files.list(signal ? { signal } : {}));
  return {
    paths,
    async text(path) {
      if (!paths.has(path)) return null;
      try {
        const stat = await files.stat(path);
        if (stat?.kind !== 'file' || stat.sizeBytes > MAX_MANIFEST_BYTES) return null;
        return Buffer.from(await files.read(path)).toString('utf8');
      } catch (error) {
        // Deleted meanwhile or private: for detection it is not there. Anything else is a broken promise.
        if (hasCode(error, 'files.notFound') || (error as NodeJS.ErrnoException).code === 'EACCES') return null;
        throw error;
      }
    },
    async exists(path) {
      try {
        return (await files.stat(path)) !== null;
      } catch (error) {
        if (hasCode(error, 'files.outside')) return true;
        throw error;
      }
    },
  };
}

/** The first of `paths` that the tree has. */
export function firstOf(tree: ProjectTree, paths: readonly string[]): string | null {
  return paths.find((path) => tree.paths.has(path)) ?? null;
}

/** Null for anything that is not a JSON object: a broken manifest names no command. */
export function parseObject(text: string | null): { readonly [key: string]: unknown } | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [key: string]: unknown }) : null;
  } catch {
    // JSON.parse throws for invalid JSON and for nothing else.
    return null;
  }
}
