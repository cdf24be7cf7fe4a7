// The manifest against the list of commands the product promises, and its texts in every language.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Menu {
  readonly command: string;
  readonly when?: string;
}
interface Contributes {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
  readonly menus: Readonly<Record<string, readonly Menu[]>>;
  readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
  readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'));
const manifest = read('package.json') as {
  readonly contributes: Contributes;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
};
const texts = read('package.nls.json') as Readonly<Record<string, string>>;
const { contributes } = manifest;

/** What a person finds in the palette, by noun. */
const PROMISED: Readonly<Record<string, string>> = {
  dashboard: 'open openLiveStatus openMigration openRuns openAgents openFeedback openMetrics openAudit',
  workflow: 'run new openYamlToSide validate dryRun',
  run: 'open pause resume cancel override rewind rerun',
  decision: 'next',
  proposal: 'review acceptAll rejectAll askForChanges acceptFile rejectFile acceptHunk rejectHunk undoLast',
  agent: 'open new edit resetCircuit disable',
  runtime: 'switch',
  probe: 'runAll runOne',
  audit: 'verify export',
  metrics: 'export',
  provider: 'addKey useLocal',
  budget: 'set',
  feedback: 'give',
  help: 'keyboard',
};
/** Come with the Studio. */
const LATER = new Set(['cas.workflow.openStudio']);
const promised = Object.entries(PROMISED).flatMap(([noun, verbs]) => verbs.split(' ').map((verb) => `cas.${noun}.${verb}`));

describe('the commands of the manifest', () => {
  it('are all that were promised, and none of a later time', () => {
    const contributed = new Set(contributes.commands.map(({ command }) => command));
    assert.deepEqual(
      promised.filter((id) => !contributed.has(id)),
      [],
    );
    assert.deepEqual(
      [...LATER].filter((id) => contributed.has(id)),
      [],
    );
  });

  it('need a trusted folder when they run or write something', () => {
    const writes = /\.(run|new|resume|override|rewind|rerun|next|acceptAll|rejectAll|askForChanges|acceptHunk|undoLast|edit|disable|set)$/;
    for (const { command, enablement = '' } of contributes.commands) {
      if (writes.test(command)) assert.match(enablement, /isWorkspaceTrusted/, command);
    }
  });

  it('have the keys of the keyboard help', () => {
    const keys = Object.fromEntries(contributes.keybindings.map(({ command, key }) => [command, key]));
    assert.deepEqual(keys, {
      'cas.dashboard.open': 'ctrl+k alt+d',
      'cas.workflow.run': 'ctrl+k alt+r',
      'cas.decision.next': 'ctrl+k alt+n',
      'cas.proposal.acceptHunk': 'ctrl+k alt+y',
      'cas.proposal.rejectHunk': 'ctrl+k alt+u',
    });
    for (const { key, mac } of contributes.keybindings) assert.equal(mac, key.replace('ctrl', 'cmd'));
  });

  it('stand in the palette unless they need something to be about', () => {
    const palette = contributes.menus['commandPalette'] ?? [];
    const hidden = new Set(palette.filter(({ when }) => when === 'false').map(({ command }) => command));
    assert.deepEqual(
      promised.filter((id) => hidden.has(id)),
      [],
    );
  });
});

describe('the settings of the manifest', () => {
  it('of a folder that is not trusted count for nothing', () => {
    assert.deepEqual(
      Object.keys(contributes.configuration.properties).toSorted(),
      [...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].toSorted(),
    );
  });
});

describe('the texts of the manifest', () => {
  const used = [...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key ?? '');

  it('are all there, and all used', () => {
    const known = Object.keys(texts);
    // The gallery reads the description from here.
    assert.deepEqual(new Set(known), new Set([...used, 'extension.description']));
  });
});
