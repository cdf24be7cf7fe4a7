// An image of the workspace for a model that sees, and a plain statement for one that does not.

import { badImageError, missingFileError, tooLargeError, withheldError } from '#core/agents/tools/toolErrors.ts';
import { asData, type ToolAnswer, type ToolContext } from '#core/agents/tools/tool.ts';
import { isWithheld } from '#core/agents/tools/withheld.ts';
import { type ImageFacts, imageFacts, MAX_IMAGE_BYTES, MAX_IMAGE_SIDE } from '#core/llm/images.ts';

const NAMED_AS_IMAGE = /\.(png|jpe?g|gif|webp)$/i;

/** By its name; what the file is, its bytes say. */
export function isImagePath(path: string): boolean {
  return NAMED_AS_IMAGE.test(path);
}

/** Throws `tool.withheld`, `files.notFound`, `tool.tooLarge`, `tool.badImage`. */
export async function readImage(path: string, { step, sees }: Pick<ToolContext, 'step' | 'sees'>): Promise<ToolAnswer> {
  if (isWithheld(path)) throw withheldError(path);
  const stat = await step.files.stat(path);
  if (stat === null || stat.kind !== 'file') throw missingFileError(path);
  if (stat.sizeBytes > MAX_IMAGE_BYTES) throw tooLargeError(path, stat.sizeBytes);
  const bytes = await step.files.read(path);
  const facts = imageFacts(bytes);
  if (facts === null) throw badImageError(path, 'its bytes are none of PNG, JPEG, GIF and WebP');
  const { width, height } = facts.size ?? { width: 0, height: 0 };
  if (Math.max(width, height) > MAX_IMAGE_SIDE) throw badImageError(path, `with ${width} × ${height} pixels it is too large`);
  const about = describe(facts, bytes.length);
  if (!sees) return asData(path, `${about} You take no images, so you cannot see it. Judge by its name and by what refers to it.`);
  const image = { kind: 'image', type: facts.type, data: Buffer.from(bytes).toString('base64'), name: path } as const;
  return { text: asData(path, `${about} It follows these results.`), image };
}

function describe({ type, size }: ImageFacts, sizeBytes: number): string {
  const pixels = size === null ? '' : `, ${size.width} × ${size.height} pixels`;
  return `An image (${type}${pixels}, ${sizeBytes} bytes).`;
}
