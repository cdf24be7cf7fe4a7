// The file of a new agent, to be made one's own.

/** A whole agent: it reads and proposes, and runs no skill by itself. */
export function agentTemplate(id: string, role: string): string {
  const name = id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
  const area = id.replaceAll(/-+([a-z0-9]?)/g, (_, next: string) => next.toUpperCase());
  return `---
id: ${id}
name: ${name}
role: ${JSON.stringify(role)}
description: ${JSON.stringify(role)}
specializations: [${id}]
capabilities:
  ${area}.review: 0.8
tools: [files.list, files.read, files.search, git.log, git.diff]
skills: []
limits:
  maxTurns: 24
  maxTokens: 200000
  timeoutMs: 600000
deliverable: findings
---
You are ${name}. ${role}

## What you deliver
- Findings a person can act on: what is wrong, what it leads to, and the smallest change that mends it.
- For each one the file and the line that prove it.

## When you stop
- When the files you were asked about are read and judged. Say what you could not look at.
`;
}
