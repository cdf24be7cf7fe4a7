// What a person can allow agents beforehand. Imports nothing: the command line reads it before anything else is loaded.

/** What can be allowed beforehand, by a flag or a setting. `tainted-egress`: sending data out after untrusted input came in. */
export const allowances = ['execute', 'network', 'external', 'tainted-egress'] as const;
export type Allowance = (typeof allowances)[number];
