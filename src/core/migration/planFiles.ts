// The plan files of a workspace: `.cas/migrations/*.yaml`. Read anew at each call: they are few, and checked once per content.

import path from 'node:path';
import { decodeText, readOrNull, sha256Hex } from '#core/proposals/content.ts';
import { type CheckedMigration, checkMigration } from '#core/migration/check.ts';
import { planChanged, planExists } from '#core/migration/errors.ts';
import type { HostPorts } from '#core/ports.ts';

const PLAN_FILE = /^([a-z][a-z0-9-]{0,39})\.ya?ml$/;
/** Files read of the folder. */
const MAX_FILES = 200;
const FOLDER = '.cas/migrations';

export type PlanPorts = Pick<HostPorts, 'files' | 'writeGate' | 'listOwnFolder'>;

export interface PlanFile {
  readonly id: string;
  /** Absolute. */
  readonly file: string;
  readonly text: string;
  readonly hash: string;
  readonly checked: CheckedMigration;
}

export class PlanFiles {
  readonly #ports: PlanPorts;
  readonly #checks = new Map<string, { readonly hash: string; readonly checked: CheckedMigration }>();

  constructor(ports: PlanPorts) {
    this.#ports = ports;
  }

  /** By id. A missing folder is an empty one. Of two files with one id (`a.yaml`, `a.yml`) the first counts. */
  async list(): Promise<readonly PlanFile[]> {
    const names = (await this.#ports.listOwnFolder(path.join(this.#ports.files.root, FOLDER))).filter((name) => PLAN_FILE.test(name));
    const plans = new Map<string, PlanFile>();
    for (const name of names.slice(0, MAX_FILES)) {
      const plan = await this.#read(name);
      if (plan !== null && !plans.has(plan.id)) plans.set(plan.id, plan);
    }
    return [...plans.values()];
  }

  async get(id: string): Promise<PlanFile | null> {
    return (await this.#read(`${id}.yaml`)) ?? (await this.#read(`${id}.yml`));
  }

  /** Replaces the text of `before`, unless the file is another one now: `migration.changed`. */
  async replace(before: PlanFile, text: string): Promise<void> {
    const name = path.basename(before.file);
    const now = await readOrNull(this.#ports.files, `${FOLDER}/${name}`);
    if (now === null || sha256Hex(now) !== before.hash) throw planChanged(`${FOLDER}/${name}`);
    await this.#ports.writeGate.write(`${FOLDER}/${name}`, Buffer.from(text), { mode: null });
  }

  /** Throws `migration.exists`. Returns the absolute path. */
  async create(id: string, text: string): Promise<string> {
    const existing = await this.get(id);
    if (existing !== null) throw planExists(`${FOLDER}/${path.basename(existing.file)}`);
    await this.#ports.writeGate.write(`${FOLDER}/${id}.yaml`, Buffer.from(text), { mode: null });
    return path.join(this.#ports.files.root, FOLDER, `${id}.yaml`);
  }

  async #read(name: string): Promise<PlanFile | null> {
    const file = path.join(this.#ports.files.root, FOLDER, name);
    const bytes = await readOrNull(this.#ports.files, `${FOLDER}/${name}`);
    if (bytes === null) return null;
    // Bytes that are no text are no YAML either: the checker says so at the first of them.
    const text = decodeText(bytes) ?? '\0';
    const hash = sha256Hex(bytes);
    const known = this.#checks.get(name);
    const checked = known?.hash === hash ? known.checked : checkMigration(text, name);
    this.#checks.set(name, { hash, checked });
    return { id: PLAN_FILE.exec(name)?.[1] ?? name, file, text, hash, checked };
  }
}
