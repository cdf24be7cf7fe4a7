// How long tests wait for what they want to see. It only costs when something fails, so it suits a slow, busy machine.

/** For one condition. */
export const PATIENCE_MS = 60_000;
/** For a run from its start to its end. */
export const RUN_PATIENCE_MS = 180_000;
/** For a test or a hook, which may wait several times. */
export const TEST_LIMIT_MS = 300_000;
