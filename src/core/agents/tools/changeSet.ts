// The edits of one step, in memory over the workspace's files. Nothing is written; a proposal is drafted from them.

import { createHash } from 'node:crypto';
import { hasCode } from '#base/errors.ts';
import type { Citation } from '#protocol/finding.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { DraftFile, ProposalDraft } from '#core/skills/skill.ts';
import {
  ambiguousError,
  existsError,
  missingFileError,
  noMatchError,
  notTextError,
  tooLargeError,
  withheldError,
} from '#core/agents/tools/toolErrors.ts';
import { isWithheld } from '#core/agents/tools/withheld.ts';

/** Bytes of a file that may be read or edited as a whole. */
const MAX_FILE_BYTES = 2_000_000;

interface EditedFile {
  readonly base: { readonly text: string; readonly hash: string } | null;
  /** Null: deleted. */
  text: string | null;
}

export interface Replacement {
  readonly path: string;
  readonly search: string;
  readonly replace: string;
  readonly reason: string;
  readonly citations: readonly Citation[];
}

export class ChangeSet {
  readonly #files: WorkspaceFiles;
  readonly #edited = new Map<string, EditedFile>();
  #notes: ProposalDraft['notes'][number][] = [];

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  get paths(): readonly string[] {
    return [...this.#edited.keys()];
  }

  isEdited(path: string): boolean {
    return this.#edited.has(path);
  }

  /** The file as it is after the edits of this step. Throws `files.notFound`, `tool.notText`, `tool.tooLarge`, `tool.withheld`. */
  async read(path: string): Promise<string> {
    const edited = this.#edited.get(path);
    if (edited?.text === null) throw missingFileError(path);
    return edited?.text ?? (await this.#load(path)).text;
  }

  /** Replaces the one place where `search` stands. A text with LF finds and makes CRLF in a CRLF file. */
  async replace(edit: Replacement): Promise<void> {
    const file = await this.#open(edit.path);
    if (file.text === null) throw missingFileError(edit.path);
    const crlf = file.text.includes('\r\n') && !edit.search.includes('\r\n');
    const search = crlf ? edit.search.replaceAll('\n', '\r\n') : edit.search;
    const replace = crlf ? edit.replace.replaceAll(/\r?\n/g, '\r\n') : edit.replace;
    const places = placesOf(file.text, search);
    const [at] = places;
    if (at === undefined) throw noMatchError(edit.path);
    if (places.length > 1)
      throw ambiguousError(
        edit.path,
        places.map((place) => lineAt(file.text ?? '', place)),
      );
    this.#note(edit, baseLine(file, search, at));
    file.text = file.text.slice(0, at) + replace + file.text.slice(at + search.length);
    this.#edited.set(edit.path, file);
  }

  /** Adds a new file. Throws `edit.exists`. */
  async create(path: string, text: string, why: Pick<Replacement, 'reason' | 'citations'>): Promise<void> {
    if (isWithheld(path)) throw withheldError(path);
    const edited = this.#edited.get(path);
    if (edited === undefined ? (await this.#files.stat(path)) !== null : edited.text !== null) throw existsError(path);
    this.#edited.set(path, { base: edited?.base ?? null, text });
    this.#note({ path, ...why }, 1);
  }

  async remove(path: string, why: Pick<Replacement, 'reason' | 'citations'>): Promise<void> {
    const file = await this.#open(path);
    if (file.text === null) throw missingFileError(path);
    this.#note({ path, ...why }, 1);
    if (file.base === null) this.#edited.delete(path);
    else this.#edited.set(path, { ...file, text: null });
  }

  /** Forgets the edits of one file. */
  discard(path: string): void {
    this.#edited.delete(path);
    this.#notes = this.#notes.filter((note) => note.path !== path);
  }

  clear(): void {
    this.#edited.clear();
    this.#notes = [];
  }

  /** Files whose edits came to nothing are left out; null when none is left. */
  draft(title: string, summary: string): ProposalDraft | null {
    const files = [...this.#edited].flatMap(([path, file]) => draftFile(path, file));
    const paths = new Set(files.map((file) => file.path));
    return files.length === 0 ? null : { title, summary, files, notes: this.#notes.filter((note) => paths.has(note.path)) };
  }

  #note(edit: Pick<Replacement, 'path' | 'reason' | 'citations'>, line: number): void {
    this.#notes.push({ path: edit.path, line, reason: edit.reason, citations: [...edit.citations] });
  }

  async #open(path: string): Promise<EditedFile> {
    const known = this.#edited.get(path);
    if (known !== undefined) return known;
    const base = await this.#load(path);
    return { base, text: base.text };
  }

  async #load(path: string): Promise<{ readonly text: string; readonly hash: string }> {
    if (isWithheld(path)) throw withheldError(path);
    const stat = await this.#files.stat(path);
    if (stat === null || stat.kind !== 'file') throw missingFileError(path);
    if (stat.sizeBytes > MAX_FILE_BYTES) throw tooLargeError(path, stat.sizeBytes);
    try {
      const bytes = await this.#files.read(path);
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      if (text.includes('\0')) throw notTextError(path);
      return { text, hash: createHash('sha256').update(bytes).digest('hex') };
    } catch (error) {
      if (hasCode(error, 'files.notFound')) throw missingFileError(path);
      throw error instanceof TypeError ? notTextError(path) : error;
    }
  }
}

function draftFile(path: string, file: EditedFile): DraftFile[] {
  if (file.base === null) return file.text === null ? [] : [{ kind: 'create', path, newText: file.text }];
  if (file.text === null) return [{ kind: 'delete', path, baseHash: file.base.hash }];
  return file.text === file.base.text ? [] : [{ kind: 'modify', path, baseHash: file.base.hash, newText: file.text }];
}

function placesOf(text: string, search: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(search); at !== -1 && places.length < 10; at = text.indexOf(search, at + 1)) places.push(at);
  return places;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** The line in the base text, which is what notes refer to; after earlier edits of the same file the nearest guess. */
function baseLine(file: EditedFile, search: string, at: number): number {
  const inBase = file.base?.text.indexOf(search) ?? -1;
  return inBase === -1 ? lineAt(file.text ?? '', at) : lineAt(file.base?.text ?? '', inBase);
}
