// Files of the workspace that act once they are used: each is approved by its content, and a change is asked about again.
// What was there when a person first trusted the workspace counts as approved; MCP servers never do without an explicit yes.

import { createHash } from 'node:crypto';
import path from 'node:path';
import { AppError } from '#base/errors.ts';
import type { HostPorts } from '#core/ports.ts';
import type { ActingFile } from '#protocol/approval.ts';

const FOLDERS: readonly (readonly [folder: string, kind: ActingFile['kind'], pattern: RegExp])[] = [
  ['.cas/workflows', 'workflow', /\.cas\.(?:ya?ml|json)$/i],
  ['.cas/agents', 'agent', /\.md$/i],
  ['.github/agents', 'agent', /\.md$/i],
  ['.claude/agents', 'agent', /\.md$/i],
  ['.cas', 'mcp', /^mcp\.json$/],
];

export type ActingPorts = Pick<HostPorts, 'files' | 'log' | 'readOwnFile' | 'listOwnFolder' | 'trusted' | 'tools'>;

export class ActingFiles {
  readonly #ports: ActingPorts;
  #approved: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(ports: ActingPorts) {
    this.#ports = ports;
  }

  /** When the workspace is opened: from now on what comes is new. Does nothing where it is not trusted. */
  async begin(): Promise<void> {
    if (this.#ports.tools !== undefined && this.#ports.trusted()) await this.#known();
  }

  /** Of a file (absolute) with this text. Where the host keeps no record, all of a trusted workspace is approved. */
  async state(file: string, text: string): Promise<ActingFile['state']> {
    if (this.#ports.tools === undefined) return 'approved';
    if (!this.#ports.trusted()) return 'new';
    const known = (await this.#known()).get(this.#relative(file));
    if (known === undefined) return 'new';
    return known === hashOf(text) ? 'approved' : 'changed';
  }

  async list(): Promise<readonly ActingFile[]> {
    const found = await this.#find();
    const files = found.map(async ({ file, kind, text }) => {
      return { path: this.#relative(file), kind, hash: hashOf(text), state: await this.state(file, text) };
    });
    return Promise.all(files);
  }

  /** The text of an approved file; null when it is missing or not approved as it is. */
  async approvedText(relative: string): Promise<string | null> {
    const file = path.join(this.#ports.files.root, relative);
    const text = await this.#ports.readOwnFile(file);
    return text !== null && (await this.state(file, text)) === 'approved' ? text : null;
  }

  /** Throws `trust.notFound`, `trust.changed`: what was shown is what is approved, all of it or nothing. */
  async approve(wanted: readonly { readonly path: string; readonly hash: string }[]): Promise<void> {
    const there = new Map((await this.list()).map((file) => [file.path, file]));
    for (const { path: name, hash } of wanted) {
      const file = there.get(name);
      if (file === undefined)
        throw new AppError({ code: 'trust.notFound', message: `${name} is no file that acts.`, details: { path: name } });
      if (file.hash !== hash)
        throw new AppError({
          code: 'trust.changed',
          message: `${name} has changed since it was shown. Look at it again.`,
          details: { path: name },
        });
    }
    await this.#save(new Map([...(await this.#known()), ...wanted.map(({ path: name, hash }) => [name, hash] as const)]));
  }

  #relative(file: string): string {
    return path.relative(this.#ports.files.root, file).split(path.sep).join('/');
  }

  #known(): Promise<ReadonlyMap<string, string>> {
    this.#approved ??= this.#load().catch((error: unknown) => {
      this.#approved = null;
      throw error;
    });
    return this.#approved;
  }

  async #load(): Promise<ReadonlyMap<string, string>> {
    const kept = await this.#ports.tools?.trust.load();
    if (kept !== null && kept !== undefined) return new Map(Object.entries(kept));
    const first = (await this.#find()).filter(({ kind }) => kind !== 'mcp');
    const approved = new Map(first.map(({ file, text }) => [this.#relative(file), hashOf(text)]));
    await this.#keep(approved);
    return approved;
  }

  async #save(approved: ReadonlyMap<string, string>): Promise<void> {
    this.#approved = Promise.resolve(approved);
    await this.#keep(approved);
  }

  async #keep(approved: ReadonlyMap<string, string>): Promise<void> {
    try {
      await this.#ports.tools?.trust.save(Object.fromEntries(approved));
    } catch (error) {
      this.#ports.log.warn('What was approved of this workspace could not be kept; it holds until this process ends.', {
        reason: String(error),
      });
    }
  }

  async #find(): Promise<readonly { readonly file: string; readonly kind: ActingFile['kind']; readonly text: string }[]> {
    const { files, listOwnFolder, readOwnFile } = this.#ports;
    const found: { file: string; kind: ActingFile['kind']; text: string }[] = [];
    for (const [folder, kind, pattern] of FOLDERS) {
      const absolute = path.join(files.root, ...folder.split('/'));
      for (const name of await listOwnFolder(absolute)) {
        if (!pattern.test(name)) continue;
        const text = await readOwnFile(path.join(absolute, name));
        if (text !== null) found.push({ file: path.join(absolute, name), kind, text });
      }
    }
    return found;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
