// What a person allowed for good lies in the store, and the store in the folder: so it counts only under a seal that is kept
// elsewhere. A store that came with the folder, in a repository or an archive, brings no permissions with it.

import type { Store } from '#core/store/store.ts';

/** The same values, apart from those under any other seal. `seal`: known to this machine alone, for this folder. */
export function sealed(values: Store['values'], seal: string): Store['values'] {
  const under = (scope: string): string => `${scope}@${seal}`;
  return {
    get: (scope, key) => values.get(under(scope), key),
    set: (scope, key, value) => values.set(under(scope), key, value),
    list: (scope) => values.list(under(scope)),
  };
}
