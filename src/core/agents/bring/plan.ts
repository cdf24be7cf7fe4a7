// What `cas import` would bring over from other assistants' files, and what has no counterpart here. Nothing is written.

import { claudeAndCopilot } from '#core/agents/bring/claudeAndCopilot.ts';
import { continueFiles } from '#core/agents/bring/continueFiles.ts';
import { leftOver } from '#core/agents/bring/leftOver.ts';
import { rooModes } from '#core/agents/bring/rooModes.ts';
import { sharedRules } from '#core/agents/bring/rules.ts';

/** Files of the workspace by paths with `/`. */
export interface BringFiles {
  /** Null: there is no such file, or it is no text. */
  readonly read: (path: string) => Promise<string | null>;
  /** Files of a folder and of those in it, relative to it, sorted, at most 1,000; empty when it is missing. Links are left out. */
  readonly list: (folder: string) => Promise<readonly string[]>;
}

export interface BringPorts {
  readonly files: BringFiles;
  /** Ids of the tools there are. */
  readonly knownTools: readonly string[];
}

export interface BroughtFile {
  readonly path: string;
  readonly text: string;
  /** Where it comes from. */
  readonly from: readonly string[];
}

/** What could not be brought over, or not as it was. */
export interface BringNote {
  readonly from: string;
  readonly message: string;
}

export interface Brought {
  readonly files: readonly BroughtFile[];
  readonly notes: readonly BringNote[];
}

/** `exists`: another text stands there, and only a person's yes replaces it. */
export interface PlannedFile extends BroughtFile {
  readonly state: 'new' | 'same' | 'exists';
}

export interface BringPlan {
  readonly files: readonly PlannedFile[];
  readonly notes: readonly BringNote[];
}

/** Of two that would become the same file the first is brought over; the other is a note. */
export async function planBringing(ports: BringPorts): Promise<BringPlan> {
  const parts = [await rooModes(ports), await claudeAndCopilot(ports), await continueFiles(ports), await sharedRules(ports)];
  parts.push(await leftOver(ports.files, parts));
  const files = new Map<string, PlannedFile>();
  const notes = parts.flatMap((part) => part.notes);
  for (const file of parts.flatMap((part) => part.files)) {
    const other = files.get(file.path);
    if (other === undefined) files.set(file.path, { ...file, state: await stateOf(file, ports.files) });
    else notes.push({ from: file.from.join(', '), message: `would become ${file.path} as ${other.from.join(', ')} does; left out` });
  }
  return { files: [...files.values()], notes };
}

async function stateOf(file: BroughtFile, files: BringFiles): Promise<PlannedFile['state']> {
  const there = await files.read(file.path);
  if (there === null) return 'new';
  return there.replaceAll('\r\n', '\n') === file.text ? 'same' : 'exists';
}
