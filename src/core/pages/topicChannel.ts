// One topic of one page: a snapshot first, then news in batches. While the page is hidden nothing is kept but the fact
// that it must be told anew; a gap in the numbers has the same effect.

import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import { toErrorView } from '#base/errors.ts';
import type { TopicSource } from '#core/pages/ports.ts';
import type { HostFrame } from '#protocol/pages/transport.ts';

/** News wait this long for others, in ms: at most ten messages a second. */
export const BATCH_MS = 100;

export interface TopicChannelOptions {
  readonly page: string;
  readonly topic: string;
  readonly source: TopicSource;
  readonly clock: Clock;
  readonly visible: () => boolean;
  readonly post: (frame: HostFrame) => void;
}

interface Item {
  readonly item: unknown;
  readonly seq: number | null;
}

export class TopicChannel implements Disposable {
  readonly #options: TopicChannelOptions;
  #following: Disposable | null = null;
  /** `behind`: the page does not know the truth, and nobody is telling it yet. */
  #standing: 'behind' | 'reading' | 'live' | 'disposed' = 'behind';
  /** Where the page stands. */
  #sentSeq = 0;
  #items: Item[] = [];
  #timer: Disposable | null = null;
  #due: 'flush' | 'sync' = 'flush';
  #readAgain = false;

  constructor(options: TopicChannelOptions) {
    this.#options = options;
  }

  start(): void {
    this.#following = this.#options.source.follow({
      news: (item, seq) => this.#news(item, seq),
      stale: () => this.#later('sync'),
    });
    this.sync();
  }

  /** Tells the page the whole truth; a hidden one when it is shown again. */
  sync(): void {
    if (this.#standing === 'disposed') return;
    if (this.#standing === 'reading') {
      this.#readAgain = true;
      return;
    }
    this.#forgetItems();
    this.#standing = 'behind';
    if (!this.#options.visible()) return;
    this.#standing = 'reading';
    void this.#read();
  }

  /** After the page was hidden or shown. */
  visibilityChanged(): void {
    if (!this.#options.visible()) {
      this.#forgetItems();
      if (this.#standing === 'live') this.#standing = 'behind';
    } else if (this.#standing === 'behind') this.sync();
  }

  dispose(): void {
    this.#standing = 'disposed';
    this.#forgetItems();
    this.#following?.dispose();
  }

  /** Never rejects: what goes wrong is told to the page. */
  async #read(): Promise<void> {
    const { page, topic, source } = this.#options;
    const told = await source.snapshot().then(
      ({ seq, value }) =>
        (): HostFrame => {
          this.#sentSeq = seq;
          this.#items = this.#items.filter((one) => one.seq !== null && one.seq > seq);
          return { page, kind: 'snapshot', topic, seq, value: value() };
        },
      (error: unknown) => (): HostFrame => ({ page, kind: 'lost', topic, error: toErrorView(error) }),
    );
    if (this.#isDisposed()) return;
    this.#standing = 'behind';
    if (this.#readAgain || !this.#options.visible()) {
      this.#readAgain = false;
      this.sync();
      return;
    }
    const frame = told();
    this.#options.post(frame);
    if (frame.kind !== 'snapshot') return;
    this.#standing = 'live';
    if (this.#items.length > 0) this.#later('flush');
  }

  /** A method, because the type checker does not know that others run while we wait. */
  #isDisposed(): boolean {
    return this.#standing === 'disposed';
  }

  #news(item: unknown, seq: number | null): void {
    if (this.#standing !== 'reading' && this.#standing !== 'live') return;
    const known = this.#items.findLast((one) => one.seq !== null)?.seq ?? this.#sentSeq;
    if (this.#standing === 'live' && seq !== null && seq <= known) return;
    this.#items.push({ item, seq });
    if (this.#standing !== 'live') return;
    if (seq !== null && seq !== known + 1) this.sync();
    else this.#later('flush');
  }

  #flush(): void {
    if (this.#standing !== 'live') return;
    const { page, topic, source, visible, post } = this.#options;
    if (!visible()) return this.visibilityChanged();
    const items = this.#items;
    this.#items = [];
    const durable = items.filter((one) => one.seq !== null);
    const after = this.#sentSeq;
    if (durable.some((one, index) => one.seq !== after + index + 1)) return this.sync();
    this.#sentSeq = after + durable.length;
    const plain = items.map(({ item }) => item);
    post({ page, kind: 'news', topic, after, seq: this.#sentSeq, items: source.compact?.(plain) ?? plain });
  }

  /** The first one sets the time; a whole snapshot makes news needless. */
  #later(what: 'flush' | 'sync'): void {
    if (this.#standing === 'disposed') return;
    this.#due = this.#due === 'sync' ? 'sync' : what;
    this.#timer ??= this.#options.clock.setTimer(() => {
      const due = this.#due;
      this.#timer = null;
      this.#due = 'flush';
      if (due === 'sync') this.sync();
      else this.#flush();
    }, BATCH_MS);
  }

  #forgetItems(): void {
    this.#items = [];
    this.#timer?.dispose();
    this.#timer = null;
    this.#due = 'flush';
  }
}
