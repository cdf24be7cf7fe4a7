// What both ends of a page agree on before anything else. Plain values: pages import this file as it is.

/** Raised when a frame changes incompatibly; both ends compare it first. */
export const PAGE_PROTOCOL = 1;

/** The host says at least this often, in ms, that it is there, to a page that is visible. */
export const PULSE_MS = 2_000;
