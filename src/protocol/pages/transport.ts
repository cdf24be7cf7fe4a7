// Frames between a page (webview) and its host. The page says hello first; every request gets one reply or failure;
// a topic is followed: a snapshot with `seq`, then news, each saying after which `seq` it comes.

import { z } from 'zod';
import type { ErrorView } from '#base/errors.ts';
import { jsonSchema } from '#protocol/runEvents.ts';

const page = z.string().min(1).max(64);
const requestId = z.number().int().positive();
const topic = z.string().min(1).max(300);

/** What a page sends. `page` is its own name, new with each load: what was meant for the page before it is not taken for its own. */
export const pageFrameSchema = z.discriminatedUnion('kind', [
  // Loose: a later version may say more, and must still be told that the versions differ.
  z.object({ kind: z.literal('hello'), page, protocol: z.number().int() }),
  z.strictObject({ kind: z.literal('call'), page, id: requestId, method: z.string().max(100), args: z.array(jsonSchema).max(10) }),
  z.strictObject({ kind: z.literal('act'), page, id: requestId, action: z.string().max(100), arg: jsonSchema.optional() }),
  z.strictObject({ kind: z.literal('abort'), page, id: requestId }),
  z.strictObject({ kind: z.literal('follow'), page, topic }),
  z.strictObject({ kind: z.literal('unfollow'), page, topic }),
]);
export type PageFrame = z.infer<typeof pageFrameSchema>;

/** What a host sends. Values are JSON, as the methods and topics of the page's contract type them. */
export type HostFrame = { readonly page: string } & (
  | {
      readonly kind: 'welcome';
      readonly protocol: number;
      /** Another host knows nothing of what was asked of the one before. */ readonly host: string;
    }
  | { readonly kind: 'refused'; readonly protocol: number; readonly error: ErrorView }
  | { readonly kind: 'reply'; readonly id: number; readonly value?: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorView }
  /** The whole truth about a topic; replaces what the page knew. */
  | { readonly kind: 'snapshot'; readonly topic: string; readonly seq: number; readonly value: unknown }
  /** Holds only for a page whose topic stands at `after`; any other asks for a snapshot by following again. */
  | { readonly kind: 'news'; readonly topic: string; readonly after: number; readonly seq: number; readonly items: readonly unknown[] }
  /** The topic cannot be followed now; a snapshot comes when it can. */
  | { readonly kind: 'lost'; readonly topic: string; readonly error: ErrorView }
  | { readonly kind: 'pulse' }
);

/** A frame as it came, or null when a page may not send it. */
export function readPageFrame(raw: unknown): PageFrame | null {
  const parsed = pageFrameSchema.safeParse(raw);
  return parsed.success ? parsed.data : null;
}
