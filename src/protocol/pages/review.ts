// The contract of the Review view in the side bar: one topic, and what its buttons ask of the editor.

import { z } from 'zod';
import type { ReviewSheet } from '#protocol/review.ts';

/** Snapshots of the topic `review`; null when nothing is under review. Texts are in the person's language. */
export interface ReviewState {
  /** Agents by their names. */
  readonly sheet: ReviewSheet;
  readonly risk: { readonly word: string; readonly reasons: readonly string[] };
  /** Accepting all of it asks first. */
  readonly asksFirst: boolean;
  /** Files that changed after the proposal. */
  readonly changed: readonly string[];
  /** Files the person took out of Accept All. */
  readonly leftOut: readonly string[];
  /** False in Restricted Mode: nothing can be decided. */
  readonly trusted: boolean;
}

const id = z.string().min(1).max(200);

export const reviewVerbs = ['acceptAll', 'rejectAll', 'askForChanges', 'undoLast', 'rebase', 'merge'] as const;

export const reviewActions = {
  /** The command of that name, about that proposal. */
  decide: z.strictObject({ verb: z.enum(reviewVerbs), id }),
  openRun: z.strictObject({ runId: id }),
  openProposal: z.strictObject({ id, path: z.string().max(4_096).optional() }),
} as const satisfies { readonly [action: string]: z.ZodType };

export type ReviewAction = keyof typeof reviewActions;
export type ReviewArgument<A extends ReviewAction> = z.infer<(typeof reviewActions)[A]>;
