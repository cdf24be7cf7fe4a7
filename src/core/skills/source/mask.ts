// Keeps well-known tokens out of excerpts, whatever skill took them. The secret scan masks its own findings besides.

const TOKENS: readonly RegExp[] = [
  /\b(?:gh[pousr]_|github_pat_|glpat-|glsa_|hf_|npm_|shp(?:at|ca|pa|ss)_|dop_v1_|figd_|lin_api_|secret_|ntn_|tskey-|vercel_)[\w-]{16,}/g,
  /\bsk-[\w-]{16,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_\w{10,}/g,
  /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{12,}\b/g,
  /\bAIza[\w-]{30,}/g,
  /\bxox[abeoprs]-[\w-]{10,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g,
];
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/'"`]*:)([^\s@/'"`]{3,})(@)/gi;

/** A vendor's prefix stays, so a reader can tell what it is; the rest becomes stars of a fixed length. */
export function maskValue(value: string): string {
  const prefix = value.length >= 20 ? (/^(?:[a-z]{2,6}_|sk-|xox[a-z]-|AKIA|ASIA|AIza|eyJ|SG\.)/.exec(value)?.[0] ?? '') : '';
  return `${prefix}********`;
}

/** Masks tokens that are recognised by their own form: vendors' prefixes, JWTs, passwords inside URLs. */
export function maskTokens(text: string): string {
  let masked = text;
  for (const token of TOKENS) masked = masked.replace(token, (value) => maskValue(value));
  return masked.replace(URL_PASSWORD, (_, head: string, __: string, tail: string) => `${head}********${tail}`);
}
