// Images as models take them: which there are, how large they may be, and what stands for them where nobody sees.

import type { ChatMessage, ImagePart, ImageType } from '#core/llm/provider.ts';

/** Anthropic refuses more than 5 MB of Base64 an image, the least of all vendors; this is that before encoding. */
export const MAX_IMAGE_BYTES = 3_900_000;
/** Pixels on one side: beyond it Anthropic refuses, and nobody else sees more (https://platform.claude.com/docs/en/build-with-claude/vision, 2026-11). */
export const MAX_IMAGE_SIDE = 8_000;
/** What an image takes of a model's window, about: vendors shrink what is larger. */
export const IMAGE_TOKENS = 2_000;
/** What an image may be billed as at most: OpenAI's smallest models count the most for one. */
export const IMAGE_TOKENS_BOUND = 40_000;

export interface ImageFacts {
  readonly type: ImageType;
  /** Pixels; null where the file does not say it in its first bytes. */
  readonly size: { readonly width: number; readonly height: number } | null;
}

/** By what the bytes are, whatever the file is called; null when they are no image that models take. */
export function imageFacts(bytes: Uint8Array): ImageFacts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (at: number, length: number): string => String.fromCodePoint(...bytes.subarray(at, at + length));
  if (bytes.length >= 24 && ascii(1, 3) === 'PNG' && bytes[0] === 0x89)
    return { type: 'image/png', size: { width: view.getUint32(16), height: view.getUint32(20) } };
  if (bytes.length >= 10 && /^GIF8[79]a$/.test(ascii(0, 6)))
    return { type: 'image/gif', size: { width: view.getUint16(6, true), height: view.getUint16(8, true) } };
  if (bytes.length >= 30 && ascii(0, 4) === 'RIFF' && ascii(8, 4) === 'WEBP')
    return { type: 'image/webp', size: webpSize(ascii(12, 4), view) };
  if (bytes.length >= 4 && view.getUint16(0) === 0xffd8 && bytes[2] === 0xff) return { type: 'image/jpeg', size: jpegSize(view) };
  return null;
}

/** The three forms a WebP begins with (RFC 9649, 2.5 to 2.7). */
function webpSize(form: string, view: DataView): ImageFacts['size'] {
  const bits = (at: number): number => view.getUint32(at, true);
  switch (form) {
    case 'VP8X':
      return { width: (bits(24) & 0xff_ffff) + 1, height: (bits(26) >>> 8) + 1 };
    case 'VP8 ':
      return { width: bits(26) & 0x3fff, height: (bits(26) >>> 16) & 0x3fff };
    case 'VP8L':
      return { width: (bits(21) & 0x3fff) + 1, height: ((bits(21) >>> 14) & 0x3fff) + 1 };
    default:
      return null;
  }
}

/** From segment to segment until one that begins a frame (SOF0 to SOF15 without DHT, JPG and DAC). */
function jpegSize(view: DataView): ImageFacts['size'] {
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** The same conversation for a model that sees nothing: a statement where each image stood. */
export function withoutImages(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  if (!hasImages(messages)) return messages;
  return messages.map((message) => ({
    ...message,
    parts: message.parts.map((part) => (part.kind === 'image' ? { kind: 'text', text: unseen(part) } : part)),
  }));
}

export function hasImages(messages: readonly ChatMessage[]): boolean {
  return messages.some((message) => message.parts.some((part) => part.kind === 'image'));
}

function unseen({ name }: ImagePart): string {
  return `[The image ${name} stands here. The model that answers now takes no images, so it cannot be seen.]`;
}
