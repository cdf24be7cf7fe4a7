// Asks for what an agent wants to do, remembers the answer, and leaves an audit record of every decision.

import { AppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { WaitTimer } from '#base/waitTimer.ts';
import { type Action, fingerprint, mixesScripts, spelled } from '#core/agents/approval/action.ts';
import { Grants } from '#core/agents/approval/grants.ts';
import { judge, type Judgement } from '#core/agents/approval/judge.ts';
import { TaintLedger } from '#core/agents/approval/taint.ts';
import type { DecisionRequest, StepContext } from '#core/engine/executor.ts';
import type { Store } from '#core/store/store.ts';
import type { ApprovalHost } from '#core/toolPorts.ts';
import type { Allowance } from '#protocol/allowance.ts';
import type { RunMode } from '#protocol/runEvents.ts';

/** The step on whose behalf something is asked. */
export interface Asker {
  readonly runId: string;
  readonly path: string;
  readonly agent: string;
  readonly mode: RunMode;
  readonly context: Pick<StepContext, 'decide'>;
}

/** What the tools of one step see of approvals. */
export interface StepApprovals {
  /** Resolves when it may happen. Throws `approval.refused`, also where nobody can be asked. */
  approve(action: Action): Promise<void>;
  /** Notes that untrusted input came in: from now on data leaves only with a yes. */
  taint(source: string): Promise<void>;
  taints(): Promise<readonly string[]>;
  /** Asks the person anything; the time it takes is not the step's. */
  ask(request: DecisionRequest): Promise<{ readonly choice: string; readonly reason: string }>;
  /** Ms in which a person was being asked. */
  readonly waitedMs: number;
}

export interface ApproverPorts {
  readonly store: Pick<Store, 'values'> & { readonly audit: Pick<Store['audit'], 'append'> };
  /** Where grants are kept. */
  readonly permissions: Store['values'];
  readonly clock: Clock;
  readonly host: ApprovalHost;
}

export class Approver {
  readonly grants: Grants;
  readonly #ports: ApproverPorts;
  readonly #taint: TaintLedger;

  constructor(ports: ApproverPorts) {
    this.#ports = ports;
    this.grants = new Grants(ports.permissions);
    this.#taint = new TaintLedger(ports.store.values);
  }

  forStep(asker: Asker): StepApprovals {
    const timer = new WaitTimer(this.#ports.clock);
    const ask: StepApprovals['ask'] = (request) => timer.during(() => asker.context.decide(request));
    return {
      ask,
      approve: (action) => this.#approve(asker, action, ask),
      taint: (source) => this.#taint.add(asker.runId, source),
      taints: () => this.#taint.of(asker.runId),
      get waitedMs() {
        return timer.waitedMs;
      },
    };
  }

  async #approve(asker: Asker, action: Action, decide: StepContext['decide']): Promise<void> {
    const { host } = this.#ports;
    const taints = await this.#taint.of(asker.runId);
    const grants = await this.grants.of(asker.runId, action);
    const verdict = judge(action, { mode: asker.mode, allowed: host.allowed(), grants, taints, canAsk: host.canAsk() });
    if (verdict.kind === 'allow') return this.#audit(asker, action, { choice: 'allow', by: verdict.by, reason: '' });
    if (verdict.kind === 'refuse') {
      await this.#audit(asker, action, { choice: 'refuse', by: verdict.because, reason: '' });
      throw refused(action, whyRefused(verdict, host));
    }
    const { choice, reason } = await decide(questionAbout(action, taints));
    await this.#audit(asker, action, { choice, by: 'person', reason });
    if (choice === 'run' || choice === 'always')
      await this.grants.add(choice, { runId: asker.runId, action, at: this.#ports.clock.now(), reason, tainted: taints.length > 0 });
    if (choice !== 'once' && choice !== 'run' && choice !== 'always')
      throw refused(action, `A person said no${reason === '' ? '' : `: ${reason}`}.`);
  }

  async #audit(
    asker: Asker,
    action: Action,
    decision: { readonly choice: string; readonly by: string; readonly reason: string },
  ): Promise<void> {
    await this.#ports.store.audit.append({
      at: this.#ports.clock.now(),
      actor: decision.by === 'person' ? 'person' : `policy:${decision.by}`,
      action: decision.choice === 'refuse' ? 'approval.refused' : 'approval.allowed',
      target: `${asker.runId}/${asker.path}`,
      data: {
        agent: asker.agent,
        tool: action.tool,
        risk: action.risk,
        title: action.title,
        exact: action.exact,
        egress: action.egress,
        choice: decision.choice,
        reason: decision.reason,
      },
    });
  }
}

function whyRefused(verdict: Extract<Judgement, { kind: 'refuse' }>, host: ApprovalHost): string {
  if (verdict.because === 'dry-run') return 'A dry run does nothing outside this process.';
  return `It needs a yes and nobody can be asked here. To allow it beforehand: ${verdict.missing.map((one: Allowance) => host.howToAllow(one)).join(' and ')}.`;
}

const refused = (action: Action, why: string): AppError =>
  new AppError({
    code: 'approval.refused',
    message: `Not done: ${action.title}. ${why}`,
    details: { tool: action.tool, risk: action.risk },
  });

/** The title carries the fingerprint: an answer is only ever found again for exactly the same action. */
function questionAbout(action: Action, taints: readonly string[]): DecisionRequest {
  const title = spelled(action.title);
  const shown = title.length > 160 ? `${title.slice(0, 159)}…` : title;
  const tainted = action.egress && taints.length > 0;
  const lines = action.details.map(({ label, value }) => `${label}: ${spelled(value, { lines: true })}`);
  const warnings = [
    ...(tainted ? [`Untrusted input came in before (${taints.map((one) => spelled(one)).join(', ')}); this can send data out.`] : []),
    ...(action.details.some(({ value }) => spelled(value, { lines: true }) !== value)
      ? ['It holds characters that cannot be seen; they are spelled out.']
      : []),
    ...(action.details.some(({ value }) => mixesScripts(value))
      ? ['A word in it mixes alphabets: letters may not be what they look like.']
      : []),
  ];
  const always = action.grantable && !tainted ? [{ id: 'always', label: 'Always, for exactly this' }] : [];
  return {
    kind: 'approval',
    title: `${shown} [${fingerprint(action)}${tainted ? '·tainted' : ''}]`,
    detail: [...lines, ...warnings].join('\n'),
    options: [
      { id: 'once', label: 'Once' },
      ...(action.grantable ? [{ id: 'run', label: 'In this run' }] : []),
      ...always,
      { id: 'refuse', label: 'No' },
    ],
  };
}
