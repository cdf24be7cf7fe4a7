// What running a command would do, as a person has to see it before they say yes.

import type { Action } from '#core/agents/approval/action.ts';
import type { ProcessGate } from '#core/ports.ts';

export interface PlannedCommand {
  readonly tool: string;
  readonly title: string;
  /** To the letter. */
  readonly command: string;
  /** Relative to the workspace; `.`: its root. */
  readonly folder: string;
  readonly network: boolean;
}

/** Names only. What a command sees of the environment is made anew for it. */
const ENVIRONMENT = 'a clean one: PATH, HOME (empty), TMPDIR, LANG, CI, NO_COLOR, TERM; no keys, no tokens';

export async function commandAction(processes: ProcessGate, planned: PlannedCommand): Promise<Action> {
  const { tool, title, command, folder, network } = planned;
  const policy = await processes.policy();
  const sandboxed = policy.kind === 'sandboxed';
  const bare = policy.kind === 'refused' && policy.noSandbox === true;
  const details = [
    { label: 'Command', value: command },
    { label: 'Folder', value: `${folder === '.' ? 'the root' : folder} of a scratch copy; your files are not touched` },
    { label: 'Environment', value: sandboxed ? ENVIRONMENT : ENVIRONMENT.replace('HOME (empty)', 'HOME') },
    { label: 'Network', value: sandboxed ? (network ? 'yes, any address' : 'none') : 'yes: nothing here can cut it off' },
    { label: 'Sandbox', value: sandboxed ? 'yes' : 'NONE works here: the command can do all that you can' },
  ];
  return {
    tool,
    risk: 'execute',
    title,
    details,
    exact: { command, folder, network, sandboxed },
    egress: network || !sandboxed,
    contained: sandboxed && !network,
    listed: false,
    grantable: !bare,
  };
}
