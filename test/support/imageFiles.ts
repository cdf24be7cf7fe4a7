// The first bytes of images of each kind, as their formats say them; the pixels do not matter to what reads them.

const bytes = (...parts: readonly (string | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

/** A whole PNG of one transparent pixel. */
export const onePixelPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

export function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR'), head, Buffer.from([8, 6, 0, 0, 0])]);
}

/** 640 × 480 each. */
export const headers: { readonly [type: string]: Buffer } = {
  'image/gif': bytes('GIF89a', [0x80, 2, 0xe0, 1, 0, 0, 0]),
  // An APP0 segment of 16 bytes, then the frame.
  'image/jpeg': bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0], [0xff, 0xc2, 0, 17, 8, 1, 0xe0, 2, 0x80, 3]),
  'image/webp': bytes('RIFF', [30, 0, 0, 0], 'WEBP', 'VP8X', [10, 0, 0, 0, 0, 0, 0, 0], [0x7f, 2, 0], [0xdf, 1, 0]),
  'image/webp lossy': bytes('RIFF', [30, 0, 0, 0], 'WEBP', 'VP8 ', [10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a], [0x80, 2], [0xe0, 1]),
  'image/webp lossless': bytes('RIFF', [30, 0, 0, 0], 'WEBP', 'VP8L', [10, 0, 0, 0, 0x2f], [0x7f, 0xc2, 0x77, 0], [0, 0, 0, 0, 0]),
};
