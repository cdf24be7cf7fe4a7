// Where one probe works: opens stages over throw-away stores and clears everything away afterwards.

import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import type { DiskStore, ProbeHost } from '#core/runtimes/parity/host.ts';
import { Stage, type StageOptions, type Script } from '#core/runtimes/parity/stage.ts';
import type { Store } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

type Choices = Partial<Pick<StageOptions, 'store' | 'agents' | 'limits'>>;

export class Lab {
  readonly host: ProbeHost;
  readonly kind: RuntimeKind;
  readonly #cleanups: (() => Promise<void>)[] = [];
  readonly #stages: Stage[] = [];
  #hostTrouble: { readonly error: unknown } | null = null;

  readonly #waitMs: number;

  constructor(options: { readonly host: ProbeHost; readonly kind: RuntimeKind; readonly waitMs: number }) {
    this.host = options.host;
    this.kind = options.kind;
    this.#waitMs = options.waitMs;
  }

  /** Everything the runtime told so far, stage by stage; one that is broken may tell anything. */
  get events(): readonly Partial<RunEvent>[] {
    return this.#stages.flatMap(({ heard }) => heard.flatMap((one) => (one?.kind === 'run' ? [one.event ?? {}] : [])));
  }

  /** What the host's store did to the runtime in the background, if anything. */
  get hostTrouble(): { readonly error: unknown } | null {
    return this.#hostTrouble;
  }

  /** A runtime over a new store in memory, unless `choices` has one. It is shut down at the end when the probe has not done it. */
  async stage(script: Script = () => ({}), choices: Choices = {}): Promise<Stage> {
    const store = choices.store ?? (await this.memoryStore());
    const stage = new Stage({
      ...choices,
      store,
      script,
      host: this.host,
      kind: this.kind,
      waitMs: this.#waitMs,
      onHostTrouble: (error) => (this.#hostTrouble ??= { error }),
    });
    this.#stages.push(stage);
    this.#cleanups.push(() => stage.close());
    return stage.open();
  }

  async memoryStore(): Promise<Store> {
    const store = await this.host.memoryStore();
    this.#cleanups.push(() => store.close());
    return store;
  }

  async diskStore(): Promise<DiskStore> {
    const disk = await this.host.diskStore();
    this.#cleanups.push(() => disk.dispose());
    return {
      dispose: () => disk.dispose(),
      open: async () => {
        const store = await disk.open();
        this.#cleanups.push(() => store.close());
        return store;
      },
    };
  }

  /** Last in, first out. What fails to end in order was measured by the probe that asks for it, and is let go here. */
  async dispose(): Promise<void> {
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      await cleanup().catch(() => undefined); // a broken runtime may not shut down; its store is thrown away all the same
    }
  }
}
