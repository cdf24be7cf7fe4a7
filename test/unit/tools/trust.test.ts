import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ActingFiles } from '#core/trust/actingFiles.ts';
import type { ToolHost, TrustRecord } from '#core/toolPorts.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createTrustFile, memoryTrust } from '#node/ports/trustFile.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { silentLog } from '#test/support/skillContext.ts';
import { temporaryFolders, writeFiles } from '#test/support/temporaryFolder.ts';

const FILES = {
  '.cas/workflows/a.cas.yaml': 'name: a\n',
  '.cas/agents/b.md': 'b\n',
  '.cas/mcp.json': '{}\n',
  '.cas/workflows/notes.txt': 'no\n',
};

describe('files that act', () => {
  const folder = temporaryFolders();
  const acting = (root: string, trust: TrustRecord, trusted = true): ActingFiles =>
    new ActingFiles({
      files: createWorkspaceFiles(root),
      log: silentLog,
      readOwnFile: (file) => nodeOwnFiles.readText(file),
      listOwnFolder: (name) => nodeOwnFiles.list(name),
      trusted: () => trusted,
      tools: { trust } as ToolHost,
    });
  const states = async (files: ActingFiles): Promise<unknown> =>
    Object.fromEntries((await files.list()).map(({ path: name, state }) => [name, state]));

  it('that were there when the workspace was first trusted are approved, MCP servers never without a yes', async () => {
    const [root, state] = [folder(FILES), folder()];
    assert.deepEqual(await states(acting(root, createTrustFile(root, state))), {
      '.cas/workflows/a.cas.yaml': 'approved',
      '.cas/agents/b.md': 'approved',
      '.cas/mcp.json': 'new',
    });
    assert.equal(await acting(root, createTrustFile(root, state)).approvedText('.cas/mcp.json'), null);
  });

  it('that come after the workspace was opened are new, also where there was none before', async () => {
    const [root, state] = [folder(), folder()];
    const files = acting(root, createTrustFile(root, state));
    await files.begin();
    writeFiles(root, { '.cas/workflows/a.cas.yaml': 'name: a\n' });
    assert.deepEqual(await states(files), { '.cas/workflows/a.cas.yaml': 'new' });
  });

  it('are asked about again when they change, are new, or come back', async () => {
    const [root, state] = [folder(FILES), folder()];
    const files = acting(root, createTrustFile(root, state));
    await files.list();
    writeFiles(root, { '.cas/agents/b.md': 'evil\n', '.cas/workflows/c.cas.yaml': 'name: c\n', '.claude/agents/d.md': 'd\n' });
    assert.deepEqual(await states(files), {
      '.cas/workflows/a.cas.yaml': 'approved',
      '.cas/workflows/c.cas.yaml': 'new',
      '.cas/agents/b.md': 'changed',
      '.claude/agents/d.md': 'new',
      '.cas/mcp.json': 'new',
    });
    writeFiles(root, { '.cas/agents/b.md': 'b\n' });
    assert.equal(await files.state(path.join(root, '.cas/agents/b.md'), 'b\n'), 'approved');
  });

  it('are approved as they were shown, all of them or none', async () => {
    const [root, state] = [folder(FILES), folder()];
    const files = acting(root, createTrustFile(root, state));
    const shown = await files.list();
    const mcp = shown.find(({ kind }) => kind === 'mcp') ?? assert.fail();
    writeFiles(root, { '.cas/mcp.json': '{"mcpServers":{}}\n' });
    await assert.rejects(files.approve([mcp]), { code: 'trust.changed' });
    await assert.rejects(files.approve([{ path: '../x', hash: mcp.hash }]), { code: 'trust.notFound' });
    await files.approve(await files.list());
    assert.equal(await acting(root, createTrustFile(root, state)).approvedText('.cas/mcp.json'), '{"mcpServers":{}}\n');
  });

  it('act nowhere in a workspace that is not trusted, and none is recorded then', async () => {
    const [root, state] = [folder(FILES), folder()];
    const files = acting(root, createTrustFile(root, state), false);
    assert.deepEqual(new Set(Object.values((await states(files)) as object)), new Set(['new']));
    assert.equal(existsSync(path.join(state, 'trust')), false);
  });

  it('are recorded outside the workspace; a damaged record approves nothing', async () => {
    const [root, state] = [folder(FILES), folder()];
    await acting(root, createTrustFile(root, state)).list();
    const [record = ''] = readdirSync(path.join(state, 'trust'));
    writeFileSync(path.join(state, 'trust', record), '{"root":');
    assert.equal(await acting(root, createTrustFile(root, state)).approvedText('.cas/agents/b.md'), null);
  });

  it('a dry run records nothing', async () => {
    const [root, state] = [folder(FILES), folder()];
    const files = acting(root, memoryTrust(createTrustFile(root, state)));
    assert.equal(await files.state(path.join(root, '.cas/agents/b.md'), 'b\n'), 'approved');
    assert.equal(existsSync(path.join(state, 'trust')), false);
  });
});
