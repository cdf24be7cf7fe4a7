// A gate that many may wait at: raised it lets everybody through until it is cleared.

export class Latch {
  #raised = false;
  #waiting: (() => void)[] = [];

  get raised(): boolean {
    return this.#raised;
  }

  raise(): void {
    this.#raised = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const pass of waiting) pass();
  }

  clear(): void {
    this.#raised = false;
  }

  /** Resolves when it is raised, at once when it is. */
  wait(): Promise<void> {
    return this.#raised ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
