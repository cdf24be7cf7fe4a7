// Starts runs by itself: looks at each message on the bus, and starts what a trigger asks for, within its budgets. Off until a
// person turns it on for the workspace, and never in one that is not trusted.

import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { toErrorView } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Bus } from '#core/bus/bus.ts';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { DAY_MS, Ledger, MAX_DEPTH } from '#core/triggers/ledger.ts';
import { inputsOf, isEdge, matchOf } from '#core/triggers/match.ts';
import { Pending } from '#core/triggers/pending.ts';
import { runSchedules, type Schedules } from '#core/triggers/schedules.ts';
import type { Trigger } from '#core/triggers/trigger.ts';
import type { Watch } from '#core/triggers/watchPort.ts';
import type { StartRun } from '#protocol/api.ts';
import type { BusMessage } from '#protocol/bus.ts';

const SCOPE = 'triggers';
const WORKSPACE = 'enabled';
const off = (id: string): string => `off:${id}`;

export interface TriggersPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<Store, 'bus' | 'runs'>;
  /** Where the choices of people are kept. */
  readonly permissions: Store['values'];
  readonly trusted: () => boolean;
  /** Of all workflows that can be run. */
  readonly triggers: () => Promise<readonly Trigger[]>;
  readonly start: (request: StartRun) => Promise<{ readonly runId: string }>;
  /** US dollars; 0 where nothing is known. */
  readonly costOf: (runId: string) => Promise<number>;
  readonly watch: Watch | undefined;
}

export class Triggers implements Disposable {
  readonly #ports: TriggersPorts;
  readonly #ledger = new Ledger();
  /** Whether a threshold was past at the last look. */
  readonly #past = new Map<string, boolean>();
  #resident = false;
  #loaded = false;
  #armed: {
    readonly triggers: readonly Trigger[];
    readonly pending: Pending;
    readonly schedules: Schedules;
    readonly all: DisposableStore;
  } | null = null;
  #changing: Promise<void> = Promise.resolve();

  constructor(ports: TriggersPorts) {
    this.#ports = ports;
  }

  get armed(): boolean {
    return this.#armed !== null;
  }

  /** This process stays: triggers are at work in it whenever they are turned on. */
  async stay(): Promise<void> {
    this.#resident = true;
    await this.refresh();
  }

  /** After a change of files, trust or a person's choice. */
  refresh(): Promise<void> {
    this.#changing = this.#changing
      .then(() => this.#rearm())
      .catch((error: unknown) => this.#ports.log.error('triggers could not be set up', {}, error));
    return this.#changing;
  }

  async enabled(): Promise<boolean> {
    return (await this.#ports.permissions.get(SCOPE, WORKSPACE)) === true;
  }

  async isOff(id: string): Promise<boolean> {
    return (await this.#ports.permissions.get(SCOPE, off(id))) === true;
  }

  /** Null: the whole workspace. */
  async set(ids: readonly string[] | null, enabled: boolean): Promise<void> {
    const { permissions } = this.#ports;
    if (ids === null) await permissions.set(SCOPE, WORKSPACE, enabled);
    else for (const id of ids) await permissions.set(SCOPE, off(id), !enabled);
    await this.refresh();
  }

  async counts(id: string): Promise<ReturnType<Ledger['counts']>> {
    await this.#load();
    return this.#ledger.counts(id, this.#ports.clock.now());
  }

  nextAt(id: string): number | null {
    return this.#armed?.schedules.nextAt(id) ?? null;
  }

  causeOf(runId: string): string | null {
    return this.#ledger.causeOf(runId);
  }

  /** Why a run would not be started now; null when it would. */
  async heldBy(trigger: Trigger, message: BusMessage): Promise<string | null> {
    await this.#load();
    const { clock, trusted } = this.#ports;
    if (!trusted()) return 'the workspace is not trusted';
    if (!(await this.enabled())) return 'triggers are off in this workspace';
    if (await this.isOff(trigger.id)) return 'this trigger is switched off';
    if (this.#depth(message) > MAX_DEPTH) return `runs that start one another stop after ${MAX_DEPTH}`;
    return this.#ledger.refusal(trigger, clock.now()) ?? this.#tooDear(trigger);
  }

  dispose(): void {
    this.#resident = false;
    this.#disarm();
  }

  #disarm(): void {
    this.#armed?.all.dispose();
    this.#armed = null;
  }

  async #rearm(): Promise<void> {
    this.#disarm();
    const { bus, clock, trusted } = this.#ports;
    if (!this.#resident || !trusted() || !(await this.enabled())) return;
    await this.#load();
    const triggers: Trigger[] = [];
    for (const trigger of await this.#ports.triggers()) if (!(await this.isOff(trigger.id))) triggers.push(trigger);
    const all = new DisposableStore();
    const pending = all.add(new Pending(clock, (trigger, message) => this.#begin(trigger, message)));
    const schedules = all.add(runSchedules(triggers, clock, ({ id }, dueAt) => this.#say('cas.schedule.due', { trigger: id, dueAt })));
    await this.#occupyActive(triggers, pending);
    if (!this.#resident) return all.dispose();
    this.#armed = { triggers, pending, schedules, all };
    all.add(bus.listen({ deliver: (message) => this.#look(message) }));
    const wanted = new Set(triggers.map(({ spec }) => spec.on));
    if (this.#ports.watch !== undefined && (wanted.has('save') || wanted.has('commit') || wanted.has('branch')))
      all.add(this.#watch(this.#ports.watch));
  }

  #watch(watch: Watch): Disposable {
    return watch({
      saved: (paths) => this.#say('workspace.file.saved', { paths: paths.slice(0, 10_000) }),
      committed: (change) => this.#say('workspace.git.committed', { ...change }),
      switched: (change) => this.#say('workspace.git.switched', { ...change }),
    });
  }

  #look(message: BusMessage): void {
    if (this.#armed === null) return;
    const { triggers, pending } = this.#armed;
    const runId = message.payload['runId'];
    if (/^cas\.run\.(?:completed|partial|failed|cancelled)$/.test(message.type) && typeof runId === 'string') pending.ended(runId);
    for (const trigger of triggers) {
      const match = matchOf(trigger, message);
      if (match === null) continue;
      const before = this.#past.get(trigger.id) ?? false;
      this.#past.set(trigger.id, match.matches);
      if (match.matches && !(isEdge(trigger.spec) && before)) pending.add(trigger, message);
    }
  }

  #begin(trigger: Trigger, message: BusMessage): void {
    const pending = this.#armed?.pending;
    pending?.occupy(trigger.id, '');
    this.#start(trigger, message).then(
      (runId) => (runId === null ? pending?.free(trigger.id) : pending?.occupy(trigger.id, runId)),
      (error: unknown) => {
        pending?.free(trigger.id);
        this.#hold(trigger, toErrorView(error).message);
      },
    );
  }

  /** Null when it was held. */
  async #start(trigger: Trigger, message: BusMessage): Promise<string | null> {
    const { bus, start, store } = this.#ports;
    const held = await this.heldBy(trigger, message);
    if (held !== null) {
      this.#hold(trigger, held);
      return null;
    }
    const { runId } = await start({
      workflow: trigger.workflow,
      inputs: inputsOf(trigger, message),
      mode: trigger.spec.mode ?? 'auto',
      title: `${trigger.workflow} (${trigger.id.slice(trigger.workflow.length + 1)})`,
      idempotencyKey: `trigger:${trigger.id}:${message.id}`,
    });
    const fired = await bus.publish({
      type: 'cas.trigger.fired',
      payload: { trigger: trigger.id, workflow: trigger.workflow, runId, depth: this.#depth(message) },
      id: `fired.${runId}`,
      correlationId: message.correlation_id,
      cause: message.id,
    });
    this.#ledger.add(fired);
    const ended = (await store.runs.get(runId))?.endedAt ?? null;
    return ended === null ? runId : null;
  }

  #hold(trigger: Trigger, reason: string): void {
    this.#ports.log.info('a trigger started nothing', { trigger: trigger.id, reason });
    this.#say('cas.trigger.held', { trigger: trigger.id, reason: reason.slice(0, 4_000) });
  }

  #say(type: string, payload: JsonObject): void {
    this.#ports.bus
      .publish({ type, payload })
      .catch((error: unknown) => this.#ports.log.error('a message was not published', { type }, error));
  }

  /** How many runs, this one included, led to one another. */
  #depth({ payload }: BusMessage): number {
    const runId = payload['runId'];
    return (typeof runId === 'string' ? this.#ledger.depthOf(runId) : 0) + 1;
  }

  async #tooDear({ id, spec }: Trigger): Promise<string | null> {
    if (spec.maxCostUsdPerDay === undefined) return null;
    let spent = 0;
    for (const runId of this.#ledger.runsOf(id, this.#ports.clock.now())) spent += await this.#ports.costOf(runId);
    return spent >= spec.maxCostUsdPerDay ? `its runs of 24 hours cost $${spent.toFixed(2)} of $${spec.maxCostUsdPerDay}` : null;
  }

  async #load(): Promise<void> {
    const since = this.#ports.clock.now() - DAY_MS;
    this.#ledger.forgetBefore(since);
    if (this.#loaded) return;
    for (const message of await this.#ports.store.bus.since(since, { type: 'cas.trigger.fired' })) this.#ledger.add(message);
    this.#loaded = true;
  }

  /** Runs that were started before this process, or before the triggers were set up anew, still count as theirs. */
  async #occupyActive(triggers: readonly Trigger[], pending: Pending): Promise<void> {
    for (const { id } of triggers) {
      const runId = this.#ledger.runsOf(id, this.#ports.clock.now()).at(-1);
      const run = runId === undefined ? null : await this.#ports.store.runs.get(runId);
      if (run !== null && run.endedAt === null) pending.occupy(id, run.id);
    }
  }
}
