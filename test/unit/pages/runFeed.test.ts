// A run followed from a page: whatever is lost on the way, the page comes back to the truth.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CoreFeed } from '#core/pages/coreFeed.ts';
import type { ActionSchemas } from '#core/pages/pageHost.ts';
import { RunTopic } from '#core/pages/runTopic.ts';
import { BATCH_MS } from '#core/pages/topicChannel.ts';
import type { RunEvent, StepSignal } from '#protocol/runEvents.ts';
import { PageWire, settled, WiredCore } from '#test/support/pageWire.ts';
import type { PageConnection } from '#ui/rpc/connection.ts';
import { RunFeed } from '#ui/rpc/runFeed.ts';

const RUN = 'run_1';
const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A run that goes on as it is told, the wire to it, and a page that follows it. */
class Scene {
  readonly truth: RunEvent[] = [];
  readonly core: WiredCore;
  readonly wire: PageWire<ActionSchemas>;
  readonly topic: RunTopic;
  readonly #feed: CoreFeed;
  page: PageConnection;
  feed: RunFeed;
  #stop: () => void;

  constructor(events = 0) {
    for (let count = 0; count < events; count += 1) this.truth.push(this.#next());
    this.core = new WiredCore({
      'runs.get': async () => ({ id: RUN, lastSeq: this.truth.length }),
      'runs.events': async (request) => {
        const { afterSeq, limit } = request as { afterSeq: number; limit: number };
        return this.truth.slice(afterSeq, afterSeq + limit);
      },
    });
    this.#feed = new CoreFeed(this.core, silentLog);
    this.#feed.start();
    this.wire = new PageWire({
      core: this.core,
      methods: ['runs.events'],
      schemas: {},
      actions: {},
      topic: (name) => (name === `run:${RUN}` ? this.topic : null),
    });
    this.topic = new RunTopic({ id: RUN, feed: this.#feed });
    this.topic.start();
    this.page = this.wire.load();
    this.feed = this.#newFeed();
    this.#stop = this.feed.subscribe(() => {});
  }

  /** As after the page was loaded again: nothing is known any more. */
  reload(): void {
    this.page = this.wire.load(`reloaded-${this.wire.received.length}`);
    this.feed = this.#newFeed();
    this.#stop = this.feed.subscribe(() => {});
  }

  unsubscribe(): void {
    this.#stop();
  }

  /** One more event happens and is told. */
  happen(count = 1): void {
    for (let times = 0; times < count; times += 1) {
      const event = this.#next();
      this.truth.push(event);
      this.core.events.fire({ kind: 'run', event });
    }
  }

  /** It happens, but the notice of it is lost. */
  happenUnheard(): void {
    this.truth.push(this.#next());
  }

  signal(signal: StepSignal): void {
    this.core.events.fire({ kind: 'signal', runId: RUN, signal });
  }

  /** Time for everything that is under way. */
  async come(ms = 1_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += BATCH_MS) {
      await settled();
      this.wire.clock.advance(BATCH_MS);
    }
    await settled();
  }

  assertTrue(): void {
    const { events, lastSeq } = this.feed.get();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      this.truth.map(({ seq }) => seq),
    );
    assert.equal(lastSeq, this.truth.length);
  }

  dispose(): void {
    this.topic.dispose();
    this.#feed.dispose();
    this.wire.dispose();
  }

  #newFeed(): RunFeed {
    const { page } = this;
    return new RunFeed(RUN, {
      follow: (topic, follower) => page.follow(topic, follower),
      readEvents: async (request) => (await page.request({ kind: 'call', method: 'runs.events', args: [request] })) as readonly RunEvent[],
    });
  }

  #next(): RunEvent {
    return { type: 'run.resumed', by: 'person', runId: RUN, seq: this.truth.length + 1, at: 1 };
  }
}

describe('a run followed by a page', () => {
  let scene: Scene;
  afterEach(() => scene.dispose());

  it('is told whole at first, then as it goes on', async () => {
    scene = new Scene(2_500);
    await scene.come();
    scene.assertTrue();
    scene.happen(3);
    await scene.come();
    scene.assertTrue();
    assert.equal(scene.wire.received.filter(({ kind }) => kind === 'snapshot').length, 1);
  });

  it('takes ten messages a second at most, however fast it goes', async () => {
    scene = new Scene();
    await scene.come();
    const before = scene.wire.received.length;
    for (let tick = 0; tick < 100; tick += 1) {
      scene.happen();
      scene.signal({ type: 'text', path: 'a', text: '.' });
      await settled();
      scene.wire.clock.advance(10);
    }
    const news = scene.wire.received.slice(before).filter(({ kind }) => kind === 'news');
    assert.ok(news.length <= 10, `${news.length} messages`);
    await scene.come();
    scene.assertTrue();
    assert.equal(scene.feed.get().live['a']?.text, '.'.repeat(100));
  });

  it('is read again from where it stands after a gap', async () => {
    scene = new Scene(5);
    await scene.come();
    scene.happenUnheard();
    scene.happen(2);
    await scene.come();
    scene.assertTrue();
    assert.deepEqual(
      scene.core.calls.filter(({ method }) => method === 'runs.events').map(({ args }) => (args[0] as { afterSeq: number }).afterSeq),
      [0, 5],
    );
  });

  it('is read again when a message to the page was lost', async () => {
    scene = new Scene(5);
    await scene.come();
    scene.wire.lose(1);
    scene.happen(2);
    await scene.come(200);
    scene.happen(2);
    await scene.come();
    scene.assertTrue();
  });

  it('is true again within a second after the page was hidden', async () => {
    scene = new Scene(5);
    await scene.come();
    scene.wire.show(false);
    scene.happen(200);
    await scene.come(5_000);
    const posted = scene.wire.received.length;
    scene.wire.show(true);
    await scene.come(900);
    scene.assertTrue();
    assert.ok(scene.wire.received.length - posted < 5);
  });

  it('is true again within a second after a reload in the middle of it, with what its steps had streamed', async () => {
    scene = new Scene(5);
    await scene.come();
    scene.signal({ type: 'text', path: 'build', text: 'half an ' });
    await scene.come();
    scene.reload();
    scene.happen(3);
    scene.signal({ type: 'text', path: 'build', text: 'answer' });
    await scene.come(900);
    scene.assertTrue();
    assert.equal(scene.feed.get().live['build']?.text, 'half an answer');
  });

  it('is true again after the core was opened anew', async () => {
    scene = new Scene(5);
    await scene.come();
    scene.core.set('opening');
    scene.happenUnheard();
    scene.core.set('ready');
    await scene.come();
    scene.assertTrue();
  });

  it('begins a new attempt with nothing streamed', async () => {
    scene = new Scene();
    await scene.come();
    scene.signal({ type: 'text', path: 'a', text: 'first try' });
    const event: RunEvent = { type: 'step.started', path: 'a', attempt: 2, runId: RUN, seq: 1, at: 1 };
    scene.truth.push(event);
    scene.core.events.fire({ kind: 'run', event });
    scene.signal({ type: 'text', path: 'a', text: 'second' });
    await scene.come();
    assert.equal(scene.feed.get().live['a']?.text, 'second');
  });

  it('forgets what a step streamed when it ends: it is recorded by then', async () => {
    scene = new Scene();
    await scene.come();
    scene.signal({ type: 'text', path: 'a', text: 'all of it' });
    scene.signal({ type: 'text', path: 'b', text: 'more' });
    const event: RunEvent = { type: 'step.cancelled', path: 'a', reason: '', runId: RUN, seq: 1, at: 1 };
    scene.truth.push(event);
    scene.core.events.fire({ kind: 'run', event });
    await scene.come();
    assert.deepEqual(Object.keys(scene.feed.get().live), ['b']);
    scene.reload();
    await scene.come(900);
    assert.deepEqual(Object.keys(scene.feed.get().live), ['b']);
  });

  it('reads what a failed reading left out with the next event, and is well again', async () => {
    const event = (seq: number): RunEvent =>
      ({ seq, runId: RUN, at: seq, type: 'step.started', path: 'a', attempt: seq, input: null }) as unknown as RunEvent;
    const truth = [1, 2, 3].map(event);
    let fails = true;
    const feed = new RunFeed(RUN, {
      follow: () => ({ dispose: () => {} }),
      readEvents: async ({ afterSeq }) => {
        if (fails) throw new Error('no answer');
        return truth.slice(afterSeq);
      },
    });
    feed.snapshot({ live: {} }, 2);
    await settled();
    assert.equal(feed.get().error?.message, 'no answer');
    fails = false;
    feed.news([{ kind: 'event', event: truth[2] }]);
    await settled();
    assert.deepEqual([feed.get().lastSeq, feed.get().error], [3, null]);
  });

  it('keeps nothing of a call that is recorded, and what comes of the next', async () => {
    scene = new Scene();
    await scene.come();
    scene.signal({ type: 'text', path: 'a', text: 'the end of an answer' });
    const recorded = { agent: 'x', kind: 'model', title: 'openai/m', data: {}, startedAt: 1, durationMs: 1, ok: true } as const;
    const event: RunEvent = { type: 'agent.recorded', path: 'a', ...recorded, runId: RUN, seq: 1, at: 1 };
    scene.truth.push(event);
    scene.core.events.fire({ kind: 'run', event });
    scene.signal({ type: 'tool', path: 'a', tool: 'files.read', title: 'x', phase: 'started', at: 2 });
    await scene.come();
    const { text, call, tools } = scene.feed.get().live['a'] ?? assert.fail('nothing of a');
    assert.deepEqual([text, call, tools.length], ['', null, 1]);
  });

  it('is not told any more once nobody looks', async () => {
    scene = new Scene();
    await scene.come();
    scene.unsubscribe();
    await scene.come();
    const before = scene.wire.received.length;
    scene.happen(10);
    scene.signal({ type: 'text', path: 'a', text: 'x' });
    await scene.come(500);
    assert.deepEqual(
      scene.wire.received.slice(before).filter(({ kind }) => kind !== 'pulse'),
      [],
    );
    assert.equal(scene.topic.isFollowed, false);
  });

  it('comes back to the truth from anything', async () => {
    const step = fc.constantFrom('happen', 'burst', 'unheard', 'signal', 'hide', 'show', 'reload', 'reopen', 'host', 'batch', 'settle');
    scene = new Scene();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        scene.dispose();
        scene = new Scene(3);
        for (const one of steps) {
          if (one === 'happen') scene.happen();
          if (one === 'burst') scene.happen(60);
          if (one === 'unheard') scene.happenUnheard();
          if (one === 'signal') scene.signal({ type: 'text', path: 'a', text: 'x' });
          if (one === 'hide') scene.wire.show(false);
          if (one === 'show') scene.wire.show(true);
          if (one === 'reload') scene.reload();
          if (one === 'reopen') ['opening' as const, 'ready' as const].forEach((kind) => scene.core.set(kind));
          if (one === 'host') scene.wire.restartHost();
          if (one === 'batch') scene.wire.clock.advance(BATCH_MS);
          if (one === 'settle') await settled();
        }
        scene.wire.show(true);
        scene.happen();
        await scene.come(8_000);
        scene.assertTrue();
      }),
      { numRuns: 150 },
    );
  });
});
