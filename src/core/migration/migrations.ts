// The plans of a workspace as the API knows them: read, checked, computed, edited.

import { AppError } from '#base/errors.ts';
import { builtInText, BUILT_IN_ID, measuredAt, type MeasuredFeature } from '#core/migration/builtIn.ts';
import { type CheckedMigration, checkMigration } from '#core/migration/check.ts';
import { Clocks } from '#core/migration/clocks.ts';
import { dayText, localDay } from '#core/migration/day.ts';
import { editText, type PlanEdit } from '#core/migration/edit/edit.ts';
import { badEdit, noFeature, planChanged, planInvalid, planNotFound, planReadOnly } from '#core/migration/errors.ts';
import { figuresOf } from '#core/migration/figures/figures.ts';
import type { MigrationPlan } from '#core/migration/plan.ts';
import { type PlanFile, PlanFiles, type PlanPorts } from '#core/migration/planFiles.ts';
import { RunHours } from '#core/migration/runHours.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { HoursEntry, MigrationFigures, MigrationSummary, MigrationView, ReadOnlyReason } from '#protocol/migration.ts';

export interface MigrationsDeps {
  readonly ports: PlanPorts & Pick<HostPorts, 'clock' | 'log' | 'trusted'>;
  readonly store: Pick<Store, 'values' | 'parity' | 'runs' | 'audit'>;
  /** Of the built-in plan, in their order. */
  readonly builtIn: readonly MeasuredFeature[];
  /** Plans or their figures may be others now. */
  readonly changed: () => void;
}

type GoodPlan = CheckedMigration & { readonly plan: MigrationPlan };

/** What is shown of one plan before its figures. */
interface Shown {
  readonly id: string;
  readonly file: PlanFile | null;
  readonly checked: CheckedMigration;
  readonly measuredAt: number | null;
}

export class Migrations {
  readonly files: PlanFiles;
  readonly clocks: Clocks;
  readonly runHours: RunHours;
  readonly #deps: MigrationsDeps;
  /** As they were when they last had no errors. */
  readonly #lastGood = new Map<string, GoodPlan>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(deps: MigrationsDeps) {
    this.#deps = deps;
    this.files = new PlanFiles(deps.ports);
    this.clocks = new Clocks(deps.store.values);
    const { store } = deps;
    this.runHours = new RunHours({
      store,
      log: deps.ports.log,
      mayWrite: () => deps.ports.trusted(),
      write: (target, entry) => this.#writeRun(target, entry),
    });
  }

  async list(): Promise<readonly MigrationSummary[]> {
    const files = await this.files.list();
    const shown = files.map((file): Shown => ({ id: file.id, file, checked: file.checked, measuredAt: null }));
    if (!files.some(({ id }) => id === BUILT_IN_ID)) shown.push(await this.#builtIn());
    return Promise.all(shown.map((one) => this.#summary(one)));
  }

  /** Throws `migration.notFound`. */
  async get(id: string): Promise<MigrationView> {
    const shown = await this.#shown(id);
    const good = this.#good(shown);
    const unrecorded = (await this.runHours.unrecorded()).filter(({ plan, feature }) =>
      plan === null ? (good?.plan.features.some((one) => one.id === feature) ?? false) : plan === id,
    );
    return {
      id,
      name: good?.plan.name ?? id,
      source: shown.file === null ? 'built-in' : 'workspace',
      file: shown.file?.file ?? null,
      hash: shown.file?.hash ?? null,
      readOnly: this.#readOnly(shown),
      problems: shown.checked.problems,
      stale: shown.checked.plan === null && good !== null,
      figures: good && (await this.#figures(id, good)),
      measuredAt: shown.measuredAt,
      unrecorded: unrecorded.map(({ run, feature, hours, reason }) => ({ run, feature, hours, reason })),
      at: this.#deps.ports.clock.now(),
    };
  }

  #readOnly({ file, checked }: Shown): ReadOnlyReason | null {
    if (!this.#deps.ports.trusted()) return 'untrusted';
    if (file === null) return 'built-in';
    return checked.plan === null ? 'invalid' : null;
  }

  /** The text of a plan, for a copy of it. Throws `migration.notFound`. */
  async textOf(id: string): Promise<string> {
    const { file } = await this.#shown(id);
    return file === null ? builtInText(this.#deps.builtIn, await this.#deps.store.parity.latest()) : file.text;
  }

  /** One edit after another. `hash`: of the text the edit was made for. For what it throws see MigrationMethods. */
  edit(id: string, edit: PlanEdit, hash?: string): Promise<void> {
    return this.#oneByOne(() => this.#edit(id, edit, hash));
  }

  /** Throws `migration.noFeature`, `migration.invalid`, `migration.readOnly`, `migration.notFound`. */
  async featureOf(id: string, feature: string): Promise<MigrationPlan['features'][number]> {
    const { checked } = await this.#editable(id);
    const found = checked.plan.features.find((one) => one.id === feature);
    if (found !== undefined) return found;
    const known = checked.plan.features.map((one) => one.id);
    throw noFeature(id, feature, known);
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work, work);
    this.#writing = done.catch(() => undefined); // whoever asked is told; the next edit goes on
    return done;
  }

  async #edit(id: string, edit: PlanEdit, hash: string | undefined): Promise<void> {
    const { ports } = this.#deps;
    const { file, checked } = await this.#editable(id);
    if (hash !== undefined && hash !== file.hash) throw planChanged(`.cas/migrations/${id}.yaml`);
    const text = editText(file.text, checked, edit, { id, file: `.cas/migrations/${id}.yaml`, today: localDay(ports.clock.now()) });
    if (text === file.text) return;
    const after = checkMigration(text, file.file);
    if (after.plan === null)
      throw badEdit(
        id,
        after.problems.find(({ severity }) => severity === 'error'),
      );
    await this.files.replace(file, text);
    this.#deps.changed();
  }

  async #editable(id: string): Promise<{ readonly file: PlanFile; readonly checked: GoodPlan }> {
    const { file, checked } = await this.#shown(id);
    if (file === null) throw planReadOnly(id);
    if (checked.plan === null) throw planInvalid(id, checked.problems);
    return { file, checked: { ...checked, plan: checked.plan } };
  }

  async #shown(id: string): Promise<Shown> {
    const file = await this.files.get(id);
    if (file !== null) return { id, file, checked: file.checked, measuredAt: null };
    if (id === BUILT_IN_ID) return this.#builtIn();
    throw planNotFound(id, [...(await this.files.list()).map((one) => one.id), BUILT_IN_ID]);
  }

  async #builtIn(): Promise<Shown> {
    const reports = await this.#deps.store.parity.latest();
    return {
      id: BUILT_IN_ID,
      file: null,
      checked: checkMigration(builtInText(this.#deps.builtIn, reports), BUILT_IN_ID),
      measuredAt: measuredAt(reports),
    };
  }

  #good({ id, checked }: Shown): GoodPlan | null {
    if (checked.plan !== null) this.#lastGood.set(id, { ...checked, plan: checked.plan });
    return this.#lastGood.get(id) ?? null;
  }

  async #figures(id: string, { plan, lines }: GoodPlan): Promise<MigrationFigures> {
    return figuresOf({ plan, lines, now: this.#deps.ports.clock.now(), clocks: await this.clocks.running(id) });
  }

  async #summary(shown: Shown): Promise<MigrationSummary> {
    const good = this.#good(shown);
    const figures = good && (await this.#figures(shown.id, good));
    return {
      id: shown.id,
      name: good?.plan.name ?? shown.id,
      kind: good?.plan.kind ?? null,
      source: shown.file === null ? 'built-in' : 'workspace',
      file: shown.file?.file ?? null,
      done: figures?.progress.done ?? 0,
      total: figures?.progress.total ?? 0,
      percent: figures?.progress.percent ?? null,
      next: figures?.nextSteps[0] ?? null,
      problems: shown.checked.problems,
    };
  }

  async #writeRun(
    target: { readonly plan: string | null; readonly feature: string },
    { hours, run, at }: { readonly hours: number; readonly run: string; readonly at: number },
  ): Promise<void> {
    const plan = target.plan ?? (await this.#planWith(target.feature));
    const feature = await this.featureOf(plan, target.feature);
    if (feature.entries.some((entry) => entry.run === run)) return;
    const entry: Omit<HoursEntry, 'note'> = { hours, from: 'run', date: dayText(localDay(at)), run, since: null };
    await this.edit(plan, { kind: 'entry', feature: target.feature, entry });
    const { ports, store } = this.#deps;
    await store.audit.append({
      at: ports.clock.now(),
      actor: 'engine',
      action: 'migration.hours',
      target: `${plan}/${target.feature}`,
      data: { hours, run },
    });
  }

  /** The one plan that has this feature. */
  async #planWith(feature: string): Promise<string> {
    const plans = (await this.files.list()).filter(({ checked }) => checked.plan?.features.some((one) => one.id === feature));
    const [only, other] = plans;
    if (only !== undefined && other === undefined) return only.id;
    const message =
      only === undefined
        ? `No plan without errors has a feature \`${feature}\`.`
        : `Several plans have a feature \`${feature}\`: ${plans.map(({ id }) => id).join(', ')}. Use the tag feature:<plan>/${feature}.`;
    throw new AppError({ code: 'migration.noFeature', message, details: { feature } });
  }
}
