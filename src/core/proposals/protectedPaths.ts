// Files that run by themselves, grant rights or open doors: each needs a yes of its own, whoever proposes it and however small.
// The write gate refuses git's data and CAS's records altogether; this is about what may be written and should be noticed.

import picomatch from 'picomatch';

const RULES: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/(?:^|\/)\.git(?:attributes|modules|config)$/i, 'git acts on it: filters, submodules, hooks'],
  [/(?:^|\/)(?:\.husky|\.githooks|\.pre-commit-[^/]*|\.lefthook[^/]*|lefthook\.ya?ml)(?:\/|$)/i, 'it runs at each commit'],
  [/(?:^|\/)(?:\.vscode|\.idea|\.fleet|\.zed)\/|\.code-workspace$/i, 'the editor acts on it: tasks, launches, settings'],
  [/(?:^|\/)\.devcontainer(?:\/|\.json$)/i, 'it is run when the folder is opened in a container'],
  [/(?:^|\/)\.cas\//i, 'CAS acts on it: workflows, agents, MCP servers'],
  [
    /(?:^|\/)(?:\.mcp\.json|mcp\.json|\.cursor\/|\.windsurf\/|\.claude\/|\.roo[^/]*\/?|\.cline[^/]*|\.continue\/|\.aider[^/]*|\.gemini\/|\.codex\/)/i,
    'it instructs agents or starts their servers',
  ],
  [
    /(?:^|\/)(?:AGENTS|CLAUDE|GEMINI|SKILL)\.md$|(?:^|\/)\.github\/(?:agents|prompts|instructions|copilot-instructions)/i,
    'it instructs agents',
  ],
  [/(?:^|\/)\.github\/(?:workflows|actions)\//i, 'the build server runs it with its secrets'],
  [
    /(?:^|\/)(?:\.gitlab-ci\.yml|\.circleci\/|\.travis\.yml|Jenkinsfile|azure-pipelines[^/]*\.yml|bitbucket-pipelines\.yml|\.drone\.yml|\.buildkite\/|\.woodpecker)/i,
    'the build server runs it with its secrets',
  ],
  [/(?:^|\/)CODEOWNERS$/i, 'it says who has to approve changes'],
  [/(?:^|\/)\.(?:bash|zsh|fish|profile|login|inputrc|xinit|xprofile|kshrc|cshrc|tcshrc)[^/]*$|(?:^|\/)\.envrc$/i, 'a shell runs it'],
  [
    /(?:^|\/)\.(?:ssh|aws|gnupg|kube|docker|config\/gcloud)\/|\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$|(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)/i,
    'it holds or grants credentials',
  ],
  [
    /(?:^|\/)\.(?:npmrc|yarnrc[^/]*|pypirc|netrc|pnpmfile\.cjs|gemrc)$|(?:^|\/)(?:pip\.conf|\.pnpmfile\.cjs)$/i,
    'it says where packages come from',
  ],
  [/(?:^|\/)(?:sitecustomize|usercustomize|conftest)\.py$|\.pth$/i, 'Python runs it without being asked'],
];

/** Code points that file systems ignore when they compare names. */
const IGNORABLE = /\u00ad|\u034f|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|[\ufe00-\ufe0f]|\ufeff/g;

/** Why a change of this file needs a yes of its own; null when it needs none. `own`: globs a workspace adds; none can be taken away. */
export function protectionOf(path: string, own: readonly string[] = []): string | null {
  const name = path
    .normalize('NFKC')
    .replace(IGNORABLE, '')
    .replaceAll('\\', '/')
    .replaceAll(/[. ]+(?=\/|$)/g, '');
  const rule = RULES.find(([pattern]) => pattern.test(name));
  if (rule !== undefined) return rule[1];
  return own.some((glob) => picomatch.isMatch(name, glob, { dot: true, nocase: true })) ? 'this workspace protects it' : null;
}
