// One scratch copy a step, made when its first command runs: with the step's edits in it, as they are at each command.

import { Buffer } from 'node:buffer';
import { hasCode } from '#base/errors.ts';
import { isWithheld } from '#core/agents/tools/withheld.ts';
import type { ScratchTree } from '#core/ports.ts';
import type { SkillContext } from '#core/skills/skill.ts';

export class StepScratch {
  readonly #step: Pick<SkillContext, 'scratch' | 'signal' | 'files'>;
  #making: Promise<ScratchTree> | null = null;
  /** Paths at which the copy holds something else than the workspace. */
  #edited: ReadonlySet<string> = new Set();

  constructor(step: Pick<SkillContext, 'scratch' | 'signal' | 'files'>) {
    this.#step = step;
  }

  /** The copy with these edits, those of an earlier call that are gone taken back. `null` as text: deleted. */
  async with(edits: ReadonlyMap<string, string | null>): Promise<ScratchTree> {
    this.#making ??= this.#make();
    const tree = await this.#making.catch((error: unknown) => {
      this.#making = null;
      throw error;
    });
    for (const path of this.#edited) if (!edits.has(path)) await tree.write(path, await this.#original(path));
    for (const [path, text] of edits) await tree.write(path, text === null ? null : Buffer.from(text, 'utf8'));
    this.#edited = new Set(edits.keys());
    return tree;
  }

  /** Files that hold credentials are left out: what a model may not read, a command of its may not read for it. */
  #make(): Promise<ScratchTree> {
    const { scratch, signal } = this.#step;
    return scratch.create({ signal, leaveOut: isWithheld });
  }

  async dispose(): Promise<void> {
    const making = this.#making;
    this.#making = null;
    const tree = await making?.catch(() => null); // It was never made: nothing to put away, and who asked for it was told.
    await tree?.dispose();
  }

  async #original(path: string): Promise<Uint8Array | null> {
    try {
      return await this.#step.files.read(path);
    } catch (error) {
      if (hasCode(error, 'files.notFound')) return null;
      throw error;
    }
  }
}
