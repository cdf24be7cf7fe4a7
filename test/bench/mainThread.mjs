// What the main thread of a page does, from the browser's own trace: processor time, which other work on the machine does not lengthen.

const CATEGORIES = ['__metadata', 'disabled-by-default-devtools.timeline', 'devtools.timeline'];
/** News come ten times a second: what is done in such a stretch is one update. */
export const UPDATE_MS = 100;

/**
 * Traces `work`. `tasks`: ms of processor time of each task of the page's main thread; `updates`: the same, summed over each tenth of a
 * second in which it did anything; `events`: the trace, for who looks closer.
 */
export async function traceMainThread(page, work) {
  const session = await page.context().browser().newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value.filter(isOfUse)));
  await session.send('Tracing.start', { traceConfig: { includedCategories: CATEGORIES }, transferMode: 'ReportEvents' });
  try {
    await work();
  } finally {
    const complete = new Promise((resolve) => {
      session.once('Tracing.tracingComplete', resolve);
    });
    await session.send('Tracing.end');
    await complete;
    await session.detach();
  }
  const { pid, tid } = mainThreadOf(events);
  const tasks = events.filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid);
  return { tasks: tasks.map(cpuMs), updates: updatesOf(tasks), events: events.filter((event) => event.pid === pid && event.tid === tid) };
}

function isOfUse({ name, ph }) {
  return ph === 'X' || name === 'thread_name';
}

const cpuMs = ({ tdur = 0 }) => tdur / 1_000;

/** The renderer that did the most: a page has a process of its own. */
function mainThreadOf(events) {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const busy = ({ pid, tid }) =>
    events
      .filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid)
      .reduce((sum, event) => sum + cpuMs(event), 0);
  const [main] = threads.toSorted((a, b) => busy(b) - busy(a));
  if (main === undefined) throw new Error('the trace shows no page');
  return main;
}

function updatesOf(tasks) {
  const sums = new Map();
  for (const task of tasks) {
    const slot = Math.floor(task.ts / 1_000 / UPDATE_MS);
    sums.set(slot, (sums.get(slot) ?? 0) + cpuMs(task));
  }
  return [...sums.values()];
}
