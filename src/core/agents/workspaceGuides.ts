// What a workspace tells agents in the files that are meant for them: `AGENTS.md` (https://agents.md), the nearest one first,
// and skills in `SKILL.md` folders (https://agentskills.io/specification), both read 2026-11. Only a trusted one is heard.

import { z } from 'zod';
import { readFrontMatter } from '#core/agents/frontMatter.ts';
import type { Log, WorkspaceFiles } from '#core/ports.ts';

/** Characters of one file that reach a model. */
const MAX_CHARS = 16_000;
const MAX_BYTES = 262_144;
const MAX_SKILLS = 50;
const GUIDE = 'AGENTS.md';
const SKILL_FILE = /^\.(?:agents|claude|github)\/skills\/([^/]+)\/SKILL\.md$/;

const skillSchema = z.looseObject({
  name: z.string().regex(/^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/),
  description: z.string().trim().min(1).max(1_024),
});

export interface WorkspaceSkill {
  readonly name: string;
  readonly description: string;
  /** Of its SKILL.md, relative to the workspace. */
  readonly path: string;
}

export class WorkspaceGuides {
  readonly #ports: { readonly files: WorkspaceFiles; readonly trusted: () => boolean; readonly log: Log };

  constructor(ports: { readonly files: WorkspaceFiles; readonly trusted: () => boolean; readonly log: Log }) {
    this.#ports = ports;
  }

  /** For the beginning of a step: the workspace's own guide and the skills it has, as a part of a system prompt; '' when there are none. */
  async opening(): Promise<string> {
    if (!this.#ports.trusted()) return '';
    const [guide, skills] = await Promise.all([this.#read(GUIDE), this.#skills()]);
    const listed = skills.map(({ name, description, path }) => `- ${name} (${path}): ${description.replaceAll(/\s+/g, ' ')}`);
    return [
      ...(guide === null ? [] : [`# How this workspace wants agents to work (${GUIDE})\n${guide}`]),
      ...(listed.length === 0
        ? []
        : [`# Skills of this workspace\nRead the file of a skill before you do what it is for.\n${listed.join('\n')}`]),
    ].join('\n\n');
  }

  /** One reader a step: what was said once is not said again. */
  forStep(): GuideReader {
    const said = new Set<string>();
    return async (path) => {
      if (!this.#ports.trusted() || said.has(path)) return null;
      if (SKILL_FILE.test(path)) {
        said.add(path);
        const skill = await this.#skill(path);
        return skill === null ? null : `The skill ${skill.name}, to be followed:\n${skill.body}`;
      }
      const guide = await this.#nearest(path);
      if (guide === null || said.has(guide.path)) return null;
      said.add(guide.path);
      return `How this workspace wants agents to work on files in ${guide.folder} (${guide.path}); it goes before what stands further up:\n${guide.text}`;
    };
  }

  /** The one in the folder of the file, else in the next one up; that of the root is said at the beginning. */
  async #nearest(path: string): Promise<{ readonly path: string; readonly folder: string; readonly text: string } | null> {
    const folders = path.split('/').slice(0, -1);
    for (let depth = folders.length; depth > 0; depth -= 1) {
      const folder = folders.slice(0, depth).join('/');
      const text = await this.#read(`${folder}/${GUIDE}`);
      if (text !== null) return { path: `${folder}/${GUIDE}`, folder, text };
    }
    return null;
  }

  async #skills(): Promise<readonly WorkspaceSkill[]> {
    const { files, log } = this.#ports;
    const only = (names: readonly string[]): readonly string[] => names.filter((name) => SKILL_FILE.test(name));
    const listed = await files.list({ only }).catch((error: unknown) => {
      log.warn('The skills of the workspace could not be looked for.', { reason: String(error) });
      return [];
    });
    if (listed.length > MAX_SKILLS)
      log.warn('Only the first skills of the workspace are told of.', { skills: listed.length, told: MAX_SKILLS });
    const paths = listed.slice(0, MAX_SKILLS);
    const skills = await Promise.all(paths.map((path) => this.#skill(path)));
    return skills.flatMap((skill) => skill ?? []);
  }

  async #skill(path: string): Promise<(WorkspaceSkill & { readonly body: string }) | null> {
    const text = await this.#read(path);
    if (text === null) return null;
    const read = readFrontMatter(text);
    const parsed = read.kind === 'parsed' ? skillSchema.safeParse(read.front.value) : null;
    const folder = SKILL_FILE.exec(path)?.[1];
    if (read.kind !== 'parsed' || parsed === null || !parsed.success || parsed.data.name !== folder) {
      this.#ports.log.warn('A skill is not used: its front matter needs a name, that of its folder, and a description.', { path });
      return null;
    }
    return { name: parsed.data.name, description: parsed.data.description, path, body: read.front.body };
  }

  /** Null when it is missing or cannot be read as text. */
  async #read(path: string): Promise<string | null> {
    const { files, log } = this.#ports;
    try {
      const stat = await files.stat(path);
      if (stat === null || stat.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
      const text = new TextDecoder('utf-8', { fatal: true }).decode(await files.read(path));
      return text.length <= MAX_CHARS ? text.trim() : `${text.slice(0, MAX_CHARS)}\n[${text.length - MAX_CHARS} more characters left out]`;
    } catch (error) {
      log.warn('A file for agents could not be read.', { path, reason: String(error) });
      return null;
    }
  }
}

/** What the workspace says to whoever reads this file; null: nothing, or nothing new. */
export type GuideReader = (path: string) => Promise<string | null>;
