// Kinds of runtime that others add to those of CAS. They outlive a core: whichever core this process opens next has them too.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import { AppError } from '#base/errors.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';

type Register = (kind: RuntimeKind) => Disposable;

/** An id as workflow files may name it. */
const ID = /^[a-z][a-z0-9-]{0,63}$/;
const BUILT_IN: ReadonlySet<string> = new Set(['custom', 'langgraph']);

export class AddedKinds {
  readonly #kinds = new Map<string, RuntimeKind>();
  /** The cores that are open: what each has registered, by id. */
  readonly #cores = new Map<Register, Map<string, Disposable>>();

  /**
   * Every core that is open, and every one opened from now on, has a runtime of this kind. Disposal shuts them down: their runs
   * stay resumable. Throws `runtime.duplicate` for an id that is taken, `runtime.badId`, and what the kind's `create` throws.
   */
  add(kind: RuntimeKind): Disposable {
    const { id } = kind;
    if (!ID.test(id)) throw badId(id);
    if (BUILT_IN.has(id) || this.#kinds.has(id)) throw runtimeDuplicate(id);
    this.#kinds.set(id, kind);
    try {
      for (const [register, registered] of this.#cores) registered.set(id, register(kind));
    } catch (error) {
      this.#remove(id);
      throw error;
    }
    return toDisposable(() => this.#remove(id));
  }

  /** A core that was opened. Disposal says that it is closed, and releases nothing: it has released its runtimes itself. */
  attach(register: Register): Disposable {
    const registered = new Map(Array.from(this.#kinds, ([id, kind]) => [id, register(kind)]));
    this.#cores.set(register, registered);
    return toDisposable(() => void this.#cores.delete(register));
  }

  #remove(id: string): void {
    this.#kinds.delete(id);
    for (const registered of this.#cores.values()) {
      registered.get(id)?.dispose();
      registered.delete(id);
    }
  }
}

function badId(id: string): AppError {
  return new AppError({
    code: 'runtime.badId',
    message: `\`${id}\` cannot be the id of a runtime: small letters, digits and dashes, a letter first.`,
    details: { id },
  });
}

export function runtimeDuplicate(id: string): AppError {
  return new AppError({ code: 'runtime.duplicate', message: `There is a runtime \`${id}\` already.`, details: { id } });
}
