// Recorded model calls as files of one folder. They hold prompts and answers: only the user can read them.

import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Recorder } from '#core/llm/providers/all.ts';
import type { Recordings } from '#core/llm/recordings.ts';
import { writeAtomically } from '#node/ports/atomicWrite.ts';
import { isMissing } from '#node/ports/fileErrors.ts';

export interface RecordingFolder {
  readonly mode: Recorder['mode'];
  /** Absolute. */
  readonly folder: string;
}

/** `CAS_REPLAY_FROM` wins over `CAS_RECORD_TO`; both are folders, relative ones to `cwd`. */
export function recordingFromEnvironment(env: NodeJS.ProcessEnv, cwd: string): RecordingFolder | undefined {
  const { CAS_REPLAY_FROM: replay, CAS_RECORD_TO: record } = env;
  if (replay) return { mode: 'replay', folder: path.resolve(cwd, replay) };
  return record ? { mode: 'record', folder: path.resolve(cwd, record) } : undefined;
}

export function createRecorder(from: RecordingFolder | undefined): Recorder | undefined {
  return from && { mode: from.mode, recordings: folderRecordings(from.folder) };
}

export function folderRecordings(folder: string): Recordings {
  const fileOf = (name: string): string => path.join(folder, `${name}.jsonl`);
  return {
    async read(name) {
      return orIfMissing(readFile(fileOf(name), 'utf8'), null);
    },
    async write(name, text) {
      const parent = path.dirname(fileOf(name));
      await mkdir(parent, { recursive: true, mode: 0o700 });
      await writeAtomically({ folder: parent, name: path.basename(fileOf(name)), bytes: Buffer.from(text), mode: 0o600 });
    },
    async providers() {
      const entries = await orIfMissing(readdir(folder, { withFileTypes: true }), []);
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    },
  };
}

async function orIfMissing<T, U>(reading: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}
