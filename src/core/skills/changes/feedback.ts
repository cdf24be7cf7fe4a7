// What QA sent back, read from change.verify's output; and which findings a proposal was drafted for.

import { z } from 'zod';
import type { Json } from '#base/json.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import type { Fixable } from '#core/skills/changes/planEdits.ts';

const failureSchema = z.object({ proposal: z.string(), paths: z.array(z.string()), reason: z.string() });
const feedbackSchema = z.object({ failed: z.array(failureSchema) });
export type Failure = z.infer<typeof failureSchema>;

/** Null in the first pass, when there is nothing to answer to. */
export function readFeedback(feedback: Json | undefined): readonly Failure[] | null {
  const result = feedbackSchema.safeParse(feedback);
  return result.success ? result.data.failed : null;
}

/** The hunks of a proposal cite what they were drafted for. */
export function isCoveredBy(proposal: ProposalView, { finding, fix }: Fixable): boolean {
  const place = finding.citations[0];
  const file = proposal.files.find((one) => one.path === fix.path);
  return (file?.hunks ?? []).some((hunk) =>
    hunk.citations.some((cited) => cited.path === place?.path && cited.line === place.line && cited.column === place.column),
  );
}
