// What detection finds: a command, where it comes from, and what it still needs.

export interface ProjectCommand {
  /** Runs in the root of the project. */
  readonly argv: readonly [string, ...string[]];
  /** Added to its environment. Default: nothing. */
  readonly env?: { readonly [name: string]: string };
  /** Where it comes from: `package.json scripts.test`, `go.mod`. */
  readonly source: string;
  /** The file that names it, for citations. */
  readonly manifest: string;
  /** Why it cannot run as the folder is now ("run npm install first"); null when nothing is known to be missing. */
  readonly missing: string | null;
}

export interface Commands {
  readonly packageManager: string | null;
  readonly test: ProjectCommand | null;
  readonly lint: ProjectCommand | null;
  readonly build: ProjectCommand | null;
  readonly manifests: readonly string[];
}

export const NO_COMMANDS: Commands = { packageManager: null, test: null, lint: null, build: null, manifests: [] };
