// Frames between a workspace's owner and the processes attached to it: one JSON object a line over a local socket.

import { z } from 'zod';
import { errorViewSchema, jsonSchema } from '#protocol/runEvents.ts';

/** Raised when a frame or an API shape changes incompatibly; both ends compare it first. */
export const OWNER_PROTOCOL = 1;

/** A line longer than this ends the connection. */
export const MAX_FRAME_CHARS = 64 * 1024 * 1024;

export const clientFrameSchema = z.discriminatedUnion('kind', [
  // Loose: a later version may say more, and must still be told that the versions differ.
  z.object({ kind: z.literal('hello'), protocol: z.number().int(), token: z.string() }),
  z.strictObject({ kind: z.literal('call'), id: z.number().int(), method: z.string(), args: z.array(jsonSchema).readonly() }),
  z.strictObject({ kind: z.literal('subscribe') }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

export const serverFrameSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('welcome'), pid: z.number().int() }),
  z.strictObject({ kind: z.literal('refused'), error: errorViewSchema }),
  z.strictObject({ kind: z.literal('reply'), id: z.number().int(), value: jsonSchema.optional() }),
  z.strictObject({ kind: z.literal('failed'), id: z.number().int(), error: errorViewSchema }),
  z.strictObject({ kind: z.literal('event'), event: jsonSchema }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;
