// The editor's door to this page. It can be taken once per load.

import { toDisposable } from '#base/disposable.ts';
import type { HostFrame } from '#protocol/pages/transport.ts';
import type { PageTransport } from '#ui/rpc/connection.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export const transport: PageTransport = {
  post: (frame) => api.postMessage(frame),
  onMessage(listener) {
    const take = ({ data }: MessageEvent<unknown>): void => {
      if (typeof data === 'object' && data !== null && 'page' in data && 'kind' in data) listener(data as HostFrame);
    };
    window.addEventListener('message', take);
    return toDisposable(() => window.removeEventListener('message', take));
  },
};

/** What the page remembers of itself: it outlives being hidden, and the window. */
export function readSaved(key: string): unknown {
  return savedState()[key];
}

export function save(key: string, value: unknown): void {
  api.setState({ ...savedState(), [key]: value });
}

function savedState(): Readonly<Record<string, unknown>> {
  const state = api.getState();
  return typeof state === 'object' && state !== null ? (state as Readonly<Record<string, unknown>>) : {};
}
