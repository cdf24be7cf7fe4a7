// A proposal desk in memory, with the same promises as the real one as far as skills can see them.

import { createHash } from 'node:crypto';
import { structuredPatch, createTwoFilesPatch } from 'diff';
import { AppError } from '#base/errors.ts';
import type { HunkView, ProposalFileView, ProposalView } from '#protocol/proposal.ts';
import type { DraftFile, ProposalDesk, ProposalDraft, Replacement } from '#core/skills/skill.ts';
import type { WorkspaceFiles } from '#core/ports.ts';

interface Entry {
  view: ProposalView;
  readonly draft: ProposalDraft;
  readonly texts: Map<string, { base: string | null; proposed: string | null }>;
}

export class MemoryDesk implements ProposalDesk {
  readonly #files: WorkspaceFiles;
  readonly #entries = new Map<string, Entry>();
  readonly superseded: { id: string; reason: string }[] = [];

  constructor(files: WorkspaceFiles) {
    this.#files = files;
  }

  drafts(): readonly ProposalDraft[] {
    return [...this.#entries.values()].map((entry) => entry.draft);
  }

  async create(draft: ProposalDraft, by: { readonly agent: string }): Promise<ProposalView> {
    const id = `p${this.#entries.size + 1}`;
    const texts: Entry['texts'] = new Map();
    for (const file of draft.files)
      texts.set(file.path, { base: await this.#base(file), proposed: file.kind === 'delete' ? null : file.newText });
    const files = draft.files.map((file) => fileView(file, texts.get(file.path)!, draft));
    const hunks = files.flatMap((file) => file.hunks);
    const sum = (pick: (file: ProposalFileView) => number): number => files.reduce((total, file) => total + pick(file), 0);
    const view: ProposalView = {
      id,
      runId: 'run_test',
      path: 'step',
      agent: by.agent,
      title: draft.title,
      summary: draft.summary,
      status: 'open',
      createdAt: 0,
      hunks: hunks.length,
      hunksPending: hunks.length,
      added: sum((file) => file.added),
      removed: sum((file) => file.removed),
      files,
      verification: null,
      canUndo: false,
    };
    this.#entries.set(id, { view, draft, texts });
    return view;
  }

  async ofRun(): Promise<readonly ProposalView[]> {
    return [...this.#entries.values()].map((entry) => entry.view).filter((view) => view.status === 'open');
  }

  async get(id: string): Promise<ProposalView> {
    return this.#entry(id).view;
  }

  async text(id: string, path: string, side: 'base' | 'proposed'): Promise<string | null> {
    return this.#entry(id).texts.get(path)?.[side] ?? null;
  }

  async diff(id: string): Promise<string> {
    return [...this.#entry(id).texts]
      .map(([path, { base, proposed }]) => createTwoFilesPatch(`a/${path}`, `b/${path}`, base ?? '', proposed ?? ''))
      .join('');
  }

  async verify(id: string, verification: NonNullable<ProposalView['verification']>): Promise<void> {
    const entry = this.#entry(id);
    entry.view = { ...entry.view, verification };
  }

  async supersede(id: string, reason: string): Promise<void> {
    const entry = this.#entry(id);
    entry.view = { ...entry.view, status: 'superseded' };
    this.superseded.push({ id, reason });
  }

  async asked(id: string): Promise<void> {
    this.#entry(id);
  }

  async draftWithout(id: string): Promise<ProposalDraft> {
    return this.#entry(id).draft;
  }

  async replace(id: string, byId: string): Promise<Replacement> {
    await this.supersede(id, `Replaced by ${byId}.`);
    return 'replaced';
  }

  async #base(file: DraftFile): Promise<string | null> {
    if (file.kind === 'create') return null;
    const bytes = await this.#files.read(file.kind === 'rename' ? file.oldPath : file.path);
    const hash = createHash('sha256').update(bytes).digest('hex');
    if (hash !== file.baseHash) throw new AppError({ code: 'proposal.stale', message: `${file.path} has changed.` });
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new AppError({ code: 'proposal.notFound', message: `There is no proposal ${id}.` });
    return entry;
  }
}

function fileView(file: DraftFile, texts: { base: string | null; proposed: string | null }, draft: ProposalDraft): ProposalFileView {
  const patch = structuredPatch(file.path, file.path, texts.base ?? '', texts.proposed ?? '');
  const hunks = patch.hunks.map((hunk, index): HunkView => {
    const covers = draft.notes.filter(
      (note) => note.path === file.path && note.line >= hunk.oldStart && note.line < hunk.oldStart + hunk.oldLines,
    );
    return {
      ...hunk,
      id: String(index + 1),
      status: 'pending',
      reason: covers.map((note) => note.reason).join('; '),
      citations: covers.flatMap((note) => note.citations),
    };
  });
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return {
    path: file.path,
    oldPath: file.kind === 'rename' ? file.oldPath : null,
    kind: file.kind,
    baseHash: file.kind === 'create' ? null : file.baseHash,
    added: lines.filter((line) => line.startsWith('+')).length,
    removed: lines.filter((line) => line.startsWith('-')).length,
    hunks,
    disk: 'same',
  };
}
