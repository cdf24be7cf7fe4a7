// The edits of one step, in memory over the workspace's files. Nothing is written; a proposal is drafted from them.

import { createHash } from 'node:crypto';
import { hasCode } from '#base/errors.ts';
import type { Citation } from '#protocol/finding.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import { encodeText } from '#core/proposals/content.ts';
import { MAX_FILE_BYTES as MAX_PROPOSED_BYTES } from '#core/proposals/errors.ts';
import type { DraftFile, ProposalDraft } from '#core/skills/skill.ts';
import { parseHunks } from '#core/agents/tools/diffHunks.ts';
import { lineAt, type Place, placesOf } from '#core/agents/tools/match.ts';
import {
  ambiguousError,
  existsError,
  missingFileError,
  noMatchError,
  notTextError,
  notWritableError,
  tooLargeError,
  withheldError,
  writtenTooLargeError,
} from '#core/agents/tools/toolErrors.ts';
import { isWithheld } from '#core/agents/tools/withheld.ts';

/** Bytes of a file that may be read or edited as a whole. */
export const MAX_FILE_BYTES = 2_000_000;

interface EditedFile {
  readonly base: { readonly text: string; readonly hash: string } | null;
  /** Null: deleted. */
  readonly text: string | null;
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

  /** A listing of the workspace as it is after the edits of this step: what they delete is gone, what they add (and `wanted` takes) is there; sorted. */
  applyTo(listed: readonly string[], wanted: (path: string) => boolean): readonly string[] {
    if (this.#edited.size === 0) return listed;
    const kept = new Set(listed.filter((path) => this.#edited.get(path)?.text !== null));
    for (const [path, { text }] of this.#edited) if (text !== null && wanted(path)) kept.add(path);
    return [...kept].toSorted();
  }

  /** The text of every edited file as it is now; null: deleted. */
  current(): ReadonlyMap<string, string | null> {
    return new Map([...this.#edited].map(([path, { text }]) => [path, text]));
  }

  /**
   * Replaces the one place where `search` stands: to the letter, else with other white space at line ends, else with
   * another indentation, which the replacement then takes on. A text with LF finds and makes CRLF in a CRLF file.
   * As every edit, it throws `edit.notText` or `edit.tooLarge` for a result that no proposal could hold, and changes nothing then.
   */
  async replace(edit: Replacement): Promise<void> {
    const file = await this.#open(edit.path);
    const { text } = file;
    if (text === null) throw missingFileError(edit.path);
    const place = onlyPlace(edit.path, text, edit.search, null);
    this.#set(edit.path, file, text.slice(0, place.start) + place.fit(edit.replace) + text.slice(place.end));
    this.#note(edit, baseLine(file, text.slice(place.start, place.end), place.start));
  }

  /** All hunks of a unified diff, or none. Line numbers decide only between places that are alike. Throws `edit.badDiff`. */
  async patch(edit: Pick<Replacement, 'path' | 'reason' | 'citations'> & { readonly diff: string }): Promise<void> {
    const file = await this.#open(edit.path);
    if (file.text === null) throw missingFileError(edit.path);
    let text = file.text;
    const lines: number[] = [];
    for (const hunk of parseHunks(edit.diff)) {
      if (hunk.oldText === '' && text !== '') throw noMatchError(edit.path);
      const place = hunk.oldText === '' ? EMPTY : onlyPlace(edit.path, text, hunk.oldText, hunk.oldStart);
      lines.push(baseLine(file, text.slice(place.start, place.end), place.start));
      text = text.slice(0, place.start) + place.fit(hunk.newText) + text.slice(place.end);
    }
    this.#set(edit.path, file, text);
    for (const line of lines) this.#note(edit, line);
  }

  /** The whole file anew; made when it is not there. Line ends stay those of the file. */
  async overwrite(path: string, text: string, why: Pick<Replacement, 'reason' | 'citations'>): Promise<void> {
    if (isWithheld(path)) throw withheldError(path);
    const there = this.#edited.get(path)?.text ?? ((await this.#files.stat(path)) === null ? null : '');
    if (there === null) return this.create(path, text, why);
    const file = await this.#open(path);
    const crlf = file.text?.includes('\r\n') === true && !text.includes('\r\n');
    this.#set(path, file, crlf ? text.replaceAll('\n', '\r\n') : text);
    this.#note({ path, ...why }, 1);
  }

  /** Adds a new file. Throws `edit.exists`. */
  async create(path: string, text: string, why: Pick<Replacement, 'reason' | 'citations'>): Promise<void> {
    if (isWithheld(path)) throw withheldError(path);
    const edited = this.#edited.get(path);
    if (edited === undefined ? (await this.#files.stat(path)) !== null : edited.text !== null) throw existsError(path);
    this.#set(path, { base: edited?.base ?? null, text: null }, text);
    this.#note({ path, ...why }, 1);
  }

  /** A text as something else wrote it, taken over byte for byte. */
  async adopt(path: string, text: string, why: Pick<Replacement, 'reason' | 'citations'>): Promise<void> {
    if (isWithheld(path)) throw withheldError(path);
    const there = (await this.#files.stat(path)) !== null || this.isEdited(path);
    const file: EditedFile = there ? await this.#open(path) : { base: null, text: null };
    if (file.text === text) return;
    this.#set(path, file, text);
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

  /** Refuses at once what could not be put forward later. */
  #set(path: string, file: EditedFile, text: string): void {
    const bytes = encodeText(text);
    if (bytes === null) throw notWritableError(path);
    if (bytes.length > MAX_PROPOSED_BYTES) throw writtenTooLargeError(path, bytes.length);
    this.#edited.set(path, { base: file.base, text });
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

const EMPTY: Place = { start: 0, end: 0, fit: (replacement) => replacement };

/** Throws `edit.noMatch`, `edit.ambiguous`. `line`: which one of several is meant, when exactly one stands there. */
function onlyPlace(path: string, text: string, search: string, line: number | null): Place {
  const places = placesOf(text, search);
  const [place] = places;
  if (place === undefined) throw noMatchError(path);
  if (places.length === 1) return place;
  const there = places.filter(({ start }) => lineAt(text, start) === line);
  if (there.length === 1 && there[0] !== undefined) return there[0];
  throw ambiguousError(
    path,
    places.map(({ start }) => lineAt(text, start)),
  );
}

/** The line in the base text, which is what notes refer to; after earlier edits of the same file the nearest guess. */
function baseLine(file: EditedFile, search: string, at: number): number {
  const inBase = file.base?.text.indexOf(search) ?? -1;
  return inBase === -1 ? lineAt(file.text ?? '', at) : lineAt(file.base?.text ?? '', inBase);
}
