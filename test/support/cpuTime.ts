// Guards against hangs on hostile input: the processor time of this process, which other work on the machine does not lengthen.

/** A hang, however slow the machine: what is guarded takes a fraction of a second of it. */
export const HANG_MS = 30_000;

/** Milliseconds of processor time that `work` took, in all threads of this process. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
