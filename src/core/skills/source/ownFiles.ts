// How skills read what CAS ships (rules, grammars): a port, because core opens no files itself.

export interface OwnFiles {
  /** Null when missing. */
  readText(absolutePath: string): Promise<string | null>;
  /** Null when missing. */
  readBytes(absolutePath: string): Promise<Uint8Array | null>;
  /** File names of a folder, sorted; empty when missing. */
  list(absoluteFolder: string): Promise<readonly string[]>;
}
