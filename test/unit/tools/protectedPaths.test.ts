import assert from 'node:assert/strict';
import { protectionOf } from '#core/proposals/protectedPaths.ts';

describe('files that need a yes of their own', () => {
  const acting = [
    '.gitattributes',
    'sub/.gitmodules',
    '.husky/pre-push',
    '.vscode/tasks.json',
    'x.code-workspace',
    '.devcontainer/devcontainer.json',
    '.cas/workflows/x.cas.yaml',
    '.mcp.json',
    '.cursor/mcp.json',
    '.claude/settings.json',
    'AGENTS.md',
    'docs/CLAUDE.md',
    '.github/workflows/ci.yml',
    '.github/agents/x.agent.md',
    '.github/copilot-instructions.md',
    '.gitlab-ci.yml',
    'Jenkinsfile',
    '.bashrc',
    'home/.zshenv',
    '.envrc',
    '.npmrc',
    '.yarnrc.yml',
    'certs/server.pem',
    '.ssh/config',
    'tests/conftest.py',
    'x.pth',
    '.pre-commit-config.yaml',
    '.GITHUB/Workflows/ci.yml',
    '.github/work\u200cflows/ci.yml',
    '.vscode./tasks.json',
    '.husky\\pre-push',
    '.ｇithub/workflows/a.yml',
  ];
  for (const path of acting) it(JSON.stringify(path), () => assert.notEqual(protectionOf(path), null));

  it('are few: code, tests, documents and manifests are not among them', () => {
    for (const path of ['src/a.ts', 'README.md', 'package.json', 'src/keys.ts', 'github/workflows.md', 'test/hooks.test.ts', 'Makefile'])
      assert.equal(protectionOf(path), null, path);
  });

  it('a workspace adds its own, and can take none away', () => {
    assert.equal(protectionOf('infra/prod.tf', ['infra/**']), 'this workspace protects it');
    assert.notEqual(protectionOf('.bashrc', ['!.bashrc']), null);
  });
});
