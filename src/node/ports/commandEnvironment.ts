// The environment of a project's command: what a command needs and nothing a thief would want.

import { delimiter } from 'node:path';
import { HOME_VARIABLES, pathFolders } from '#node/ports/toolchains.ts';

type Env = { readonly [name: string]: string | undefined };

/** Kept from the host: language, time zone, and what Windows cannot start a program without. */
const KEPT = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'USER', 'LOGNAME', 'SystemRoot', 'SYSTEMROOT', 'ComSpec', 'PATHEXT', 'WINDIR'];

/** Package managers fail at once instead of waiting for a network that is not there. */
const OFFLINE = {
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
  COREPACK_ENABLE_NETWORK: '0',
  PIP_NO_INDEX: '1',
  GOPROXY: 'off',
  GOTOOLCHAIN: 'local',
  CARGO_NET_OFFLINE: 'true',
};

export interface CommandEnvironment {
  readonly host: Env;
  readonly home: string;
  readonly temporary: string;
  readonly network: boolean;
  readonly added: { readonly [name: string]: string };
}

/** PATH, HOME, TMPDIR, the language, CI=1, NO_COLOR=1, homes of version managers, then `added`. */
export function commandEnvironment(options: CommandEnvironment): { readonly [name: string]: string } {
  const kept = [...KEPT, ...HOME_VARIABLES].flatMap((name) => {
    const value = options.host[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    LANG: 'C.UTF-8',
    ...Object.fromEntries(kept),
    PATH: pathFolders(options.host).join(delimiter),
    HOME: options.home,
    TMPDIR: options.temporary,
    CI: '1',
    NO_COLOR: '1',
    TERM: 'dumb',
    ...(options.network ? {} : OFFLINE),
    ...options.added,
  };
}
