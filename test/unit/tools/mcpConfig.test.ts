import assert from 'node:assert/strict';
import { withSecrets } from '#core/agents/mcp/mcpConfig.ts';

describe('the secrets of an MCP server', () => {
  it('are filled in to the letter, whatever stands in them', async () => {
    const server = {
      kind: 'http',
      name: 'test',
      url: 'https://example.org',
      headers: { auth: 'Bearer ${env:A} ${B}', none: '${env:C}' },
    } as const;
    const secrets: { readonly [name: string]: string } = { A: "$&$$$'", B: '${env:A}' };
    const filled = await withSecrets(server, (name) => Promise.resolve(secrets[name]));
    assert.deepEqual(filled.kind === 'http' && filled.headers, { auth: "Bearer $&$$$' ${env:A}", none: '' });
  });
});
