// Lets callers through, except while one works alone: then they wait in line and go on in the order they came.

export class Gate {
  #inside = 0;
  #onEmpty: () => void = () => {};
  #alone: Promise<void> | null = null;
  #line: (() => void)[] = [];

  /** Calls `work` at once, in this very turn, unless somebody works alone. */
  through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#alone === null) return this.#enter(work);
    return new Promise<T>((resolve, reject) => {
      this.#line.push(() => void this.#enter(work).then(resolve, reject));
    });
  }

  /** Waits until all who went through are done, then runs `work` while nobody else gets through. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== null) await this.#alone;
    let finish: () => void = () => {};
    this.#alone = new Promise((resolve) => {
      finish = resolve;
    });
    try {
      if (this.#inside > 0) {
        await new Promise<void>((resolve) => {
          this.#onEmpty = resolve;
        });
      }
      return await work();
    } finally {
      this.#alone = null;
      const line = this.#line;
      this.#line = [];
      // In one turn, before anybody who comes later: batches stay in call order.
      for (const go of line) go();
      finish();
    }
  }

  async #enter<T>(work: () => Promise<T>): Promise<T> {
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#onEmpty();
    }
  }
}
