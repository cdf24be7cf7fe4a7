// Activation is thin, and what the manifest contributes is what the extension registers.

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '#editor/commands/register.ts';
import { extension, extensionId } from '#test/host/support/extension.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly views: { readonly cas: readonly { readonly id: string }[] };
  };
}

function manifest(): Manifest['contributes'] {
  return (extension().packageJSON as Manifest).contributes;
}

const VIEW_COMMANDS = ['focus', 'open', 'removeView', 'resetViewLocation', 'toggleVisibility'];
const WITHOUT_NEED = new Set(['cas.provider.addKey', 'cas.help.keyboard', 'cas.log.show']);

describe('activation', () => {
  it('loses no part of the extension, and says how long it took', async () => {
    const { activationMs, failures } = await extension().activate();
    assert.deepEqual(failures, []);
    assert.ok(activationMs > 0);
  });

  it('opens no core before something asks for it', async () => {
    const { core, coreOpenedAtActivation } = await extension().activate();
    assert.equal(coreOpenedAtActivation, false);
    await core.get();
    assert.equal(core.state.kind, 'ready');
  });
});

describe('the manifest', () => {
  it('contributes every command that is registered, and registers every command it contributes', async () => {
    await extension().activate();
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^cas\.\w+\.\w+$/.test(id));
    // What VS Code itself registers for each view.
    const ofViews = new Set(manifest().views.cas.flatMap(({ id }) => VIEW_COMMANDS.map((verb) => `${id}.${verb}`)));
    const own = registered.filter((id) => !ofViews.has(id));
    const contributed = manifest().commands.map(({ command }) => command);
    assert.deepEqual(own.toSorted(), contributed.toSorted());
  });

  it('names only contributed commands in menus and key bindings', () => {
    const contributed = new Set(manifest().commands.map(({ command }) => command));
    const used = [...Object.values(manifest().menus).flat(), ...manifest().keybindings].map(({ command }) => command);
    assert.deepEqual(
      used.filter((command) => !contributed.has(command)),
      [],
    );
  });

  it('gives every command the category CAS, a translated title, and an enablement where it needs a folder', () => {
    for (const { command, title, category, enablement } of manifest().commands) {
      assert.equal(category, 'CAS', command);
      assert.match(title, /^[A-Z][^%]*$/, command);
      assert.equal(Boolean(enablement), !WITHOUT_NEED.has(command), command);
    }
  });

  it('greys a command in a folder that is not trusted exactly where the command itself refuses there', () => {
    const needs = new Map<string, string>(commands.map(({ id, needs: need }) => [id, need]));
    for (const { command, enablement = '' } of manifest().commands) {
      assert.equal(enablement.includes('isWorkspaceTrusted'), needs.get(command) === 'trust', command);
    }
  });

  it(`is the manifest of ${extensionId}`, () => {
    assert.equal(extension().id, extensionId);
  });
});
