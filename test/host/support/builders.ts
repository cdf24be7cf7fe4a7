// Views as the core gives them, with only what a test is about spelled out.

import type { AgentHealth, AgentView } from '#protocol/agent.ts';
import type { HunkView, ProposalFileView, ProposalSummary, ProposalView } from '#protocol/proposal.ts';
import type { RunSummary, StepView } from '#protocol/runView.ts';
import type { WorkflowSummary } from '#protocol/workflow.ts';

export function health(over: Partial<AgentHealth> = {}): AgentHealth {
  return {
    executions: 0,
    succeeded: 0,
    failed: 0,
    p50Ms: null,
    p95Ms: null,
    lastError: null,
    lastRunAt: null,
    breaker: 'closed',
    breakers: [],
    ...over,
  };
}

export function agent(name: string, over: Partial<AgentHealth> = {}): AgentView {
  return {
    id: name.toLowerCase(),
    name,
    role: `Does what ${name} does.`,
    description: '',
    specializations: [],
    capabilities: [],
    tools: [],
    skills: [],
    models: { prefer: [], policy: null, contextTokens: null, images: false, reasoning: null },
    deliverable: 'findings',
    source: 'built-in',
    file: `/agents/${name}.md`,
    disabled: false,
    health: health(over),
  };
}

export function run(over: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'run_1',
    workflow: 'code-review',
    title: 'Code review',
    status: 'executing',
    mode: 'auto',
    runtime: 'custom',
    createdAt: 0,
    endedAt: null,
    stepsDone: 0,
    stepsTotal: 5,
    currentStep: null,
    waitingDecisions: 0,
    proposals: 0,
    error: null,
    version: 0,
    lastSeq: 1,
    ...over,
  };
}

export function step(key: string, over: Partial<StepView> = {}): StepView {
  return {
    path: key,
    key,
    kind: 'task',
    title: key,
    status: 'pending',
    agent: null,
    action: null,
    attempt: 1,
    startedAt: null,
    endedAt: null,
    summary: null,
    error: null,
    reason: null,
    dependsOn: [],
    usage: [],
    children: [],
    ...over,
  };
}

export function workflow(name: string, over: Partial<WorkflowSummary> = {}): WorkflowSummary {
  return {
    name,
    version: '7',
    description: '',
    source: 'built-in',
    file: `/workflows/${name}.cas.yaml`,
    steps: 8,
    inputs: [],
    needsModel: false,
    problems: [],
    ...over,
  };
}

export function hunk(id: string, over: Partial<HunkView> = {}): HunkView {
  return {
    id,
    oldStart: 1,
    oldLines: 1,
    newStart: 1,
    newLines: 1,
    lines: ['-a', '+b'],
    status: 'pending',
    reason: '',
    citations: [],
    ...over,
  };
}

export function proposalFile(path: string, over: Partial<ProposalFileView> = {}): ProposalFileView {
  return { path, oldPath: null, kind: 'modify', baseHash: 'h', added: 42, removed: 9, hunks: [hunk('1')], disk: 'same', ...over };
}

export function proposalSummary(over: Partial<ProposalSummary> = {}): ProposalSummary {
  return {
    id: 'prp_1',
    runId: 'run_1',
    path: 'repair/propose',
    agent: 'Builder',
    title: 'Cap retry delay',
    summary: '',
    status: 'open',
    createdAt: 0,
    files: 3,
    hunks: 5,
    hunksPending: 5,
    added: 42,
    removed: 9,
    ...over,
  };
}

export function proposal(files: readonly ProposalFileView[], over: Partial<ProposalSummary> = {}): ProposalView {
  return { ...proposalSummary(over), files, verification: null, canUndo: false };
}
