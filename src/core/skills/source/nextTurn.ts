// Long work on the host's thread, in pieces.

/** Lets timers, input and other runs have their turn between two files. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
