// secrets.scan: secretlint's recommended rules over the text files. What it finds is never shown.

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { findingSchema } from '#protocol/finding.ts';
import { judgeSecret } from '#core/skills/secrets/judge.ts';
import { locateSecret, maskedLine } from '#core/skills/secrets/maskSecrets.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isLockfile } from '#core/skills/source/generated.ts';
import { readSources, type Source } from '#core/skills/source/readSources.ts';

const argsSchema = z.strictObject({ paths: z.array(z.string()).nullish() });

const outputSchema = z.object({
  findings: z.array(findingSchema),
  filesScanned: z.number(),
  /** Files left out, by reason. */
  skipped: z.record(z.string(), z.number()),
  /** Matches that are plainly examples or templates; not reported. */
  placeholders: z.number(),
  truncated: z.number(),
});

const PRESET = '@secretlint/secretlint-rule-preset-recommend';
const CONFIG = { rules: [{ id: PRESET, rule: creator }] };
/** By extension, so that megabytes of pictures are not even opened. */
const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|icns|bmp|pdf|zip|gz|tgz|bz2|xz|7z|jar|war|class|wasm|woff2?|ttf|otf|eot|mp[34]|mov|webm|exe|dll|so|dylib|node|vsix|sqlite|db)$/i;

export function secretsScanSkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'secrets.scan',
    title: 'Secret scan',
    description: 'Looks for keys, tokens, private keys and passwords in URLs with secretlint. Values are masked in every output.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const reader = readSources(context, { paths: args.paths, generated: true, accept: acceptPath });
      const list = new FindingList('secrets.scan');
      let filesScanned = 0;
      let placeholders = 0;
      for await (const source of reader.sources()) {
        filesScanned += 1;
        const scanned = await scan(source);
        placeholders += scanned.placeholders;
        for (const finding of scanned.findings) list.add(finding);
        throwIfAborted(context.signal);
      }
      const result = list.result();
      const files = new Set(result.findings.map((finding) => finding.citations[0]?.path)).size;
      const summary =
        list.size === 0
          ? `no secrets in ${count(filesScanned, 'file')}`
          : `${count(list.size, 'secret')} in ${count(files, 'file')} of ${filesScanned.toLocaleString('en-US')}`;
      return { output: toJson({ ...result, filesScanned, skipped: reader.skipped, placeholders }), summary };
    },
  });
}

function acceptPath(path: string): true | 'lockfile' | 'binary' {
  if (isLockfile(path)) return 'lockfile';
  return BINARY.test(path) ? 'binary' : true;
}

async function scan(source: Source): Promise<{ findings: readonly NewFinding[]; placeholders: number }> {
  const extension = /\.\w+$/.exec(source.path)?.[0] ?? '';
  const result = await lintSource({
    source: { filePath: source.path, content: source.text, ext: extension, contentType: 'text' },
    options: { noPhysicFilePath: true, config: CONFIG },
  });
  const reported = result.messages.map((message) => ({
    rule: message.ruleId.replace(/^.*secretlint-rule-/, ''),
    kind: words(message.messageId),
    place: locateSecret(source.text, message),
  }));
  const places = reported.map((one) => one.place);
  const findings: NewFinding[] = [];
  let placeholders = 0;
  for (const { rule, kind, place } of reported) {
    const severity = judgeSecret(source.path, rule, source.text.slice(place.start, place.end));
    if (severity === null) {
      placeholders += 1;
      continue;
    }
    const { line, column } = source.lines.position(place.start);
    findings.push({
      rule,
      severity,
      category: 'security',
      title: `${kind} in ${source.path}`,
      message:
        'Whoever can read the repository can use it, and its history keeps it after a deletion. Revoke it, then read it from the environment or a secret store.',
      citations: [{ path: source.path, line, column, excerpt: maskedLine(source.text, source.lines, line, places) }],
    });
  }
  return { findings, placeholders };
}

/** `AWSSecretAccessKey` and `GITHUB_TOKEN` as people write them. */
function words(messageId: string): string {
  const spaced = messageId.includes('_')
    ? messageId.toLowerCase().replaceAll('_', ' ')
    : messageId.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
