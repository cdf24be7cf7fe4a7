import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { rulesCheck } from '#core/skills/project/rulesCheck.ts';
import { changeVerify } from '#core/skills/project/changeVerify.ts';
import { codeRulesSkill } from '#core/skills/rules/codeRules.ts';
import { createSyntaxEngine } from '#core/skills/rules/engine.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { grammarsDir } from '#test/support/grammars.ts';
import { createProjectContext } from '#test/support/projectContext.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const BEFORE = 'export function read(text) {\n  debugger;\n  return parseInt(text);\n}\n';

describe('the rules check of change.verify', () => {
  const folder = temporaryFolders();

  async function checked(newText: string): Promise<unknown> {
    const root = folder({ 'a.js': BEFORE, 'other.js': 'debugger;\n' });
    const rules = codeRulesSkill({
      engine: createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles }),
      resources: path.resolve('resources'),
      own: nodeOwnFiles,
    });
    const context = createProjectContext(root);
    const baseHash = createHash('sha256').update(BEFORE).digest('hex');
    const files = [{ kind: 'modify', path: 'a.js', baseHash, newText }] as const;
    await context.desk.create({ title: 'A change', summary: '', files, notes: [] }, { agent: 'developer' });
    const { output } = await changeVerify([rulesCheck(rules)]).run({}, context);
    const { checks } = output as unknown as { readonly checks: readonly { name: string; passed: boolean; detail: string }[] };
    return checks.filter(({ name }) => name === 'rules').map(({ passed, detail }) => ({ passed, detail }));
  }

  it('passes a change that breaks no rule, and says how many findings are gone', async () => {
    assert.deepEqual(await checked(BEFORE.replace('  debugger;\n', '')), [
      { passed: true, detail: 'no new findings, 1 fewer than before' },
    ]);
  });

  it('does not blame a change for what was there before, whatever line it moved to', async () => {
    assert.deepEqual(await checked(`\n\n${BEFORE}`), [{ passed: true, detail: 'no new findings, 0 fewer than before' }]);
  });

  it('fails a change that breaks a rule, and cites the place', async () => {
    const result = JSON.stringify(await checked(`${BEFORE}export const same = (a) => a === NaN;\n`));
    assert.match(result, /"passed":false/);
    assert.match(result, /1 new finding, first .* at a\.js:5/);
  });
});
