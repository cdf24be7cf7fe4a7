// Types of completeLockfile.mjs for the tests.

/** What a package's name says it is for; null when it names no platform. */
export function platformOf(name: string): { readonly cpu: string[]; readonly os: string[]; readonly libc?: string[] } | null;
/** Entries that a parsed package-lock.json misses, by their place in it. */
export function missingEntries(lock: { readonly packages: object }): { readonly [place: string]: object };
