// Guards against hangs on hostile input: the processor time of this process, which other work on the machine does not lengthen.

/** Milliseconds of processor time that `work` took, in all threads of this process. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
