// delivery.check: how the project is built and shipped: Dockerfiles and GitHub Actions workflows.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { checkDockerfile, isDockerfile } from '#core/skills/delivery/dockerfile.ts';
import { checkWorkflow, isGitHubWorkflow } from '#core/skills/delivery/workflows.ts';
import { defineSkill, type Skill } from '#core/skills/skill.ts';
import { count, FindingList, type NewFinding, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { readSources } from '#core/skills/source/readSources.ts';

const outputSchema = z.object({
  findings: z.array(findingSchema),
  dockerfiles: z.array(z.string()),
  workflows: z.array(z.string()),
  /** Pipelines of other systems that were seen and not read. */
  others: z.array(z.string()),
  truncated: z.number(),
});

const OTHERS =
  /^(?:\.gitlab-ci\.yml|Jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|\.circleci\/config\.yml|\.travis\.yml|\.drone\.yml|appveyor\.yml)$/;

export function deliveryCheckSkill(): Skill {
  return defineSkill<Record<string, never>>({
    id: 'delivery.check',
    title: 'Build and delivery',
    description:
      'Dockerfiles and GitHub Actions workflows: floating images and actions, secrets in layers, root, injected scripts, rights of tokens.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const paths = await context.files.list({ signal: context.signal });
      const list = new FindingList('delivery.check');
      const dockerfiles: string[] = [];
      const workflows: string[] = [];
      const reader = readSources(context, { accept: (path) => !isTestPath(path) && (isDockerfile(path) || isGitHubWorkflow(path)) });
      for await (const source of reader.sources()) {
        const inDocker = isDockerfile(source.path);
        (inDocker ? dockerfiles : workflows).push(source.path);
        const ignoreFiles = [source.path.replace(/[^/]*$/, '.dockerignore'), `${source.path}.dockerignore`, '.dockerignore'];
        const hasIgnoreFile = ignoreFiles.some((path) => paths.includes(path));
        for (const finding of merged(inDocker ? checkDockerfile(source, { hasIgnoreFile }) : checkWorkflow(source))) list.add(finding);
      }
      const others = paths.filter((path) => OTHERS.test(path));
      const seen = others.length === 0 ? '' : `; not read: ${others.join(', ')}`;
      const summary = `${count(list.size, 'finding')} in ${count(dockerfiles.length, 'Dockerfile')} and ${count(workflows.length, 'workflow')} of GitHub Actions${seen}`;
      return { output: toJson({ ...list.result(), dockerfiles, workflows, others }), summary };
    },
  });
}

/** The same claim about several places of a file is one finding that cites them all. */
function merged(findings: readonly NewFinding[]): readonly NewFinding[] {
  return Array.from(Map.groupBy(findings, ({ rule, title }) => `${rule} ${title}`).values(), (same) => ({
    ...(same[0] as NewFinding),
    citations: same.flatMap((one) => one.citations),
  }));
}
