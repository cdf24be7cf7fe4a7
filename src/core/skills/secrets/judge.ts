// How bad a reported secret is: a placeholder is none, a password for this machine or a key in a test is little, the rest is urgent.

import type { Severity } from '#protocol/finding.ts';
import { isTestPath } from '#core/skills/source/generated.ts';

const TEMPLATE = /\$\{|\{\{|<[a-z_ -]+>|%\(|%s|\$\(|\$[A-Z_]{3,}|\[[A-Z_ ]+\]/i;
const PLACEHOLDER = /^(?:x{3,}|\*{3,}|\.{3,}|y?our[-_ ].*|.*(?:change[-_ ]?me|example|placeholder|dummy|redacted|fake).*)$/i;
const LOCAL_HOST =
  /@(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal|db|postgres|mysql|mongo|redis|database|(?:[\w-]+\.)?example(?:\.\w+)?)(?:[:/?]|$)/i;
const CREDENTIALS = /:\/\/([^\s:@/]*):([^\s@/]*)@/;
const COMMON_PASSWORD = /^(?:pass(?:word)?|pwd|secret|root|admin|test|user|postgres|mysql|guest|foo|bar|token)\d{0,3}$/i;

/** Null for a placeholder. `text` is what was found, with the host for a URL. */
export function judgeSecret(path: string, rule: string, text: string): Severity | null {
  if (TEMPLATE.test(text)) return null;
  const password = CREDENTIALS.exec(text)?.[2];
  if (PLACEHOLDER.test(password ?? text)) return null;
  if (password !== undefined) {
    if (COMMON_PASSWORD.test(password) || LOCAL_HOST.test(text)) return isDocumentation(path) || isTestPath(path) ? null : 'low';
  }
  if (isTestPath(path)) return 'low';
  if (isDocumentation(path)) return 'medium';
  return rule === 'basicauth' ? 'high' : 'critical';
}

function isDocumentation(path: string): boolean {
  return /\.(?:md|mdx|rst|adoc|txt)$|(?:^|\/)docs?\//i.test(path);
}
