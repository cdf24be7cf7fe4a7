// What a killed process did, seen from outside: lines appended to a file, each in one write before the process goes on.
// The kernel keeps them whatever becomes of the process, and in their order. A kill in the middle of a write can leave the
// beginning of a line: the process had not gone on, so what it would have said had not happened yet.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { RunEvent } from '#protocol/runEvents.ts';

export type Sighting =
  /** The runtime told of this event. */
  | { readonly saw: 'event'; readonly run: string; readonly seq: number; readonly hash: string }
  /** The work of a step, or of undoing it, began. */
  | { readonly saw: 'work'; readonly run: string; readonly path: string; readonly undo: boolean }
  /** The world was changed under this key. */
  | { readonly saw: 'effect'; readonly pid: number; readonly key: string }
  /** The result of that change was durable. */
  | { readonly saw: 'kept'; readonly key: string }
  | { readonly saw: 'start'; readonly run: string; readonly key: string }
  /** A person was told that the answer is recorded. */
  | { readonly saw: 'answer'; readonly run: string; readonly id: string; readonly choice: string }
  | { readonly saw: 'trouble'; readonly text: string };

export const witnessOf = (store: string): string => `${store}.witness`;

export function createWitness(store: string): (sighting: Sighting) => void {
  const file = fs.openSync(witnessOf(store), 'a');
  // Ends what a killed process began.
  if (!/(?:^|\n)$/.test(fs.readFileSync(witnessOf(store), 'utf8'))) fs.writeSync(file, '\n');
  return (sighting) => void fs.writeSync(file, `${JSON.stringify(sighting)}\n`);
}

export function sightings(store: string): readonly Sighting[] {
  const file = witnessOf(store);
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.flatMap((line) => (isWhole(line) ? [JSON.parse(line) as Sighting] : []));
}

/** A line that was cut off has lost its closing brace; a whole line that says something else is an error all the same. */
function isWhole(line: string): boolean {
  return line.endsWith('}');
}

export function hashOf(event: RunEvent): string {
  return createHash('sha1').update(JSON.stringify(event)).digest('base64url').slice(0, 12);
}
