// Takes secrets out of text on its way to a sink: values that are known, and tokens that are recognised by their shape.

import { maskTokens } from '#core/skills/source/mask.ts';

export const REDACTED = '[redacted]';

const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=\b(?:Bearer|Basic|Token)\s+)[\w.~+/-]{12,}=*/gi,
  /(?<=\b(?:api[_-]?key|access[_-]?token|secret|password|passwd)["']?\s*[:=]\s*["']?)[^\s"',;&]{6,}/gi,
];

/** `known` is asked each time. A value is found as it is, in JSON, in a URL and in Base64. */
export function createRedactor(known: () => readonly string[]): (text: string) => string {
  return (text) => {
    let clean = text;
    const forms = known().flatMap(formsOf);
    for (const form of forms.toSorted((a, b) => b.length - a.length)) clean = clean.replaceAll(form, REDACTED);
    for (const shape of SHAPES) clean = clean.replace(shape, REDACTED);
    return maskTokens(clean);
  };
}

function formsOf(value: string): readonly string[] {
  if (value === '') return [];
  const base64 = Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, '');
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64])];
}
