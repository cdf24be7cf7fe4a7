// What becomes of the stored keys of one provider when a person adds, replaces or removes one. Two may stand side by side.

import { secondName } from '#core/llm/credential.ts';

/** Where a person's keys are kept (an editor's secret storage). */
export interface KeyStore {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  delete(name: string): PromiseLike<void>;
}

export type KeyChange =
  /** The key before it is gone. */
  | { readonly kind: 'replace'; readonly which: 'first' | 'second'; readonly key: string }
  /** Used when the first is refused, spent or limited. */
  | { readonly kind: 'addSecond'; readonly key: string }
  /** The second becomes the first when that one is removed. */
  | { readonly kind: 'remove'; readonly which: 'first' | 'second' };

/** How many are stored under this name: 0, 1 or 2. */
export async function storedKeys(keys: Pick<KeyStore, 'get'>, name: string): Promise<number> {
  const stored = await Promise.all([keys.get(name), keys.get(secondName(name))]);
  return stored.filter((key) => key !== undefined && key !== '').length;
}

export async function changeKeys(keys: KeyStore, name: string, change: KeyChange): Promise<void> {
  const second = secondName(name);
  switch (change.kind) {
    case 'replace':
      return keys.store(change.which === 'first' ? name : second, change.key);
    case 'addSecond':
      return keys.store(second, change.key);
    case 'remove': {
      const next = change.which === 'first' ? await keys.get(second) : undefined;
      // The one that stays is stored before the other goes: a crash in between leaves it twice, which counts once.
      if (next !== undefined) await keys.store(name, next);
      return keys.delete(change.which === 'second' || next !== undefined ? second : name);
    }
  }
}
