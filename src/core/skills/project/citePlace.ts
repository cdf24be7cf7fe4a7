// Turns places in a tool's output into citations, each checked against the file as it is.

import { hasCode } from '#base/errors.ts';
import type { Citation } from '#protocol/finding.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { Place } from '#core/skills/project/place.ts';
import { citeLine } from '#core/skills/source/lines.ts';
import { decodeSource, type Source } from '#core/skills/source/readSources.ts';

const MAX_BYTES = 4_194_304;

/** Reads each file once. Empty when the file is not text or has no such line: a wrong citation is worse than none. */
export function createCiter(files: WorkspaceFiles): (place: Place | null) => Promise<readonly Citation[]> {
  const sources = new Map<string, Promise<Source | null>>();
  return async (place) => {
    if (place === null) return [];
    const loading = sources.get(place.path) ?? load(files, place.path);
    sources.set(place.path, loading);
    const source = await loading;
    if (source === null || place.line > source.lines.count) return [];
    const citation = citeLine(source, place.line);
    return [place.column === undefined ? citation : { ...citation, column: place.column }];
  };
}

async function load(files: WorkspaceFiles, path: string): Promise<Source | null> {
  try {
    const stat = await files.stat(path);
    if (stat?.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
    const source = decodeSource(path, await files.read(path));
    return typeof source === 'string' ? null : source;
  } catch (error) {
    // Gone since the command ran, or private: there is nothing to cite.
    if (hasCode(error, 'files.notFound') || (error as NodeJS.ErrnoException).code === 'EACCES') return null;
    throw error;
  }
}

/** Where the manifest names the command: the line of its script, else the first. */
export async function placeOfCommand(files: WorkspaceFiles, { manifest, source: origin }: ProjectCommand): Promise<Place> {
  const script = /scripts\.(\S+)$/.exec(origin)?.[1];
  const source = await load(files, manifest);
  const line = script === undefined ? -1 : (source?.text.split('\n').findIndex((text) => text.includes(`"${script}"`)) ?? -1);
  return { path: manifest, line: line === -1 ? 1 : line + 1 };
}
