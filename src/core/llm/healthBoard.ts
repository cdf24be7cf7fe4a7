// The health of everything that was called, kept over a reload.

import { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#core/ports.ts';
import { type HealthFigures, HealthWindow } from '#core/llm/health.ts';
import type { HealthPersistence } from '#core/llm/registry.ts';

export interface HealthKey {
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
}

const savedSchema = z.array(
  z.object({
    provider: z.string(),
    model: z.string(),
    credential: z.string(),
    samples: z.array(z.object({ at: z.number(), durationMs: z.number().nullable() })),
  }),
);

export class HealthBoard {
  readonly #windows = new Map<string, { readonly key: HealthKey; readonly window: HealthWindow }>();
  readonly #ports: { readonly clock: Clock; readonly log: Log; readonly persistence: HealthPersistence | undefined };
  #loading: Promise<void> | undefined;
  #saving: Promise<void> | undefined;

  /** Without `persistence` it is forgotten with the process. */
  constructor(ports: { readonly clock: Clock; readonly log: Log; readonly persistence?: HealthPersistence | undefined }) {
    this.#ports = { ...ports, persistence: ports.persistence };
  }

  /** Takes up what was saved, once; what cannot be read is dropped with a warning. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  of(key: HealthKey): HealthWindow {
    return this.#add(key, () => new HealthWindow(this.#ports.clock));
  }

  all(): readonly (HealthKey & HealthFigures)[] {
    return Array.from(this.#windows.values(), ({ key, window }) => ({ ...key, ...window.figures() }));
  }

  /** After a call. A burst of calls costs one save, made with the state at its start. */
  touch(): void {
    const { persistence, log } = this.#ports;
    if (persistence === undefined) return;
    this.#saving ??= Promise.resolve().then(async () => {
      this.#saving = undefined;
      const saved = Array.from(this.#windows.values(), ({ key, window }) => ({ ...key, samples: window.samples.map((s) => ({ ...s })) }));
      try {
        await persistence.save(saved);
      } catch (error) {
        log.warn('The figures of the model providers could not be saved.', { reason: String(error) });
      }
    });
  }

  /** Waits for the save under way. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  #add({ provider, model, credential }: HealthKey, make: () => HealthWindow): HealthWindow {
    const id = `${provider}\n${model}\n${credential}`;
    const known = this.#windows.get(id);
    if (known !== undefined) return known.window;
    const window = make();
    this.#windows.set(id, { key: { provider, model, credential }, window });
    return window;
  }

  async #load(): Promise<void> {
    const { clock, log, persistence } = this.#ports;
    try {
      const saved = savedSchema.parse((await persistence?.load()) ?? []);
      const now = clock.now();
      for (const { samples, ...key } of saved) {
        const past = samples.filter(({ at }) => at <= now);
        this.#add(key, () => new HealthWindow(clock, past));
      }
    } catch (error) {
      log.warn('The figures of the model providers could not be read.', { reason: String(error) });
    }
  }
}
