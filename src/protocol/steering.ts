// A person's words to an agent that is at work.

import { z } from 'zod';

export interface SteeringMethods {
  /**
   * Reaches the agent before its next turn, and is kept as a record of the step. Throws `run.notFound`, and `step.notSteerable`
   * when no agent with a model works on that step now.
   */
  'runs.steer': (request: { readonly id: string; readonly path: string; readonly text: string }) => Promise<void>;
}

export const steeringArguments = {
  'runs.steer': z.tuple([z.strictObject({ id: z.string().min(1), path: z.string().min(1), text: z.string().trim().min(1).max(10_000) })]),
} as const;
