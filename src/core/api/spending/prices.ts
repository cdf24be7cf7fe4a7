// The prices in force: those that ship, and above them those of the workspace's `.cas/pricing.json` when it is trusted.

import path from 'node:path';
import { type ModelPrice, parsePrices } from '#core/llm/pricing.ts';
import type { HostPorts } from '#core/ports.ts';

export interface Prices {
  readonly current: () => readonly ModelPrice[];
  /** Reads the workspace's file anew; one that is wrong is told in the log and counts as none. */
  load(): Promise<void>;
}

export async function createPrices(ports: Pick<HostPorts, 'readOwnFile' | 'resources' | 'files' | 'trusted' | 'log'>): Promise<Prices> {
  const shipped = parsePrices((await ports.readOwnFile(path.join(ports.resources, 'pricing', 'models.json'))) ?? '{"models":[]}');
  let text: string | null = null;
  let own: readonly ModelPrice[] = [];
  return {
    current: () => (own.length === 0 ? shipped : [...shipped, ...own]),
    async load() {
      const now = ports.trusted() ? await ports.readOwnFile(path.join(ports.files.root, '.cas', 'pricing.json')) : null;
      if (now === text) return;
      text = now;
      own = [];
      try {
        if (now !== null) own = parsePrices(now);
      } catch (error) {
        ports.log.warn('.cas/pricing.json is not used: it does not hold prices.', { reason: String(error) });
      }
    },
  };
}
