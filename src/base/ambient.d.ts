// The few host globals that base and protocol may use; they compile with neither Node nor DOM types.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare function setTimeout(run: () => void, delayMs: number): { readonly id: unique symbol };
declare function clearTimeout(handle: ReturnType<typeof setTimeout>): void;
