// A plan of a migration half way: done, begun, waiting for others; its dates follow today's.
/** Days before today, as the file writes them. */
export const ago = (days) => {
  const date = new Date(Date.now() - days * 86_400_000);
  return [date.getFullYear(), String(date.getMonth() + 1).padStart(2, '0'), String(date.getDate()).padStart(2, '0')].join('-');
};

const feature = (id, name, phase, more) =>
  `  - id: ${id}\n    name: ${name}\n    phase: ${phase}\n${more.map((line) => `    ${line}\n`).join('')}`;
const done = (days, planned, actual, ...more) => [
  'status: done',
  `estimatedHours: ${planned}`,
  `actualHours: ${actual}`,
  `completedDate: ${ago(days)}`,
  ...more,
];

export const PLAN = `# The move, week by week
name: Custom to LangGraph
kind: migration
sides: { old: CustomRuntime, new: LangGraphRuntime }
startDate: ${ago(74)}
targetDate: ${ago(-24)}
phases:
  - { id: foundation, name: Foundation }
  - { id: execution, name: Task execution }
  - { id: orchestration, name: Orchestration }
  - { id: state, name: State and tracing }
  - { id: cutover, name: Cutover }
features:
${[
  ...[70, 66, 60, 55, 50].map((day, index) =>
    feature(`base-${index}`, `Base part ${index + 1}`, 'foundation', done(day, 8, 7, 'priority: critical')),
  ),
  ...[46, 44, 38, 33, 30].map((day, index) => feature(`task-${index}`, `Task part ${index + 1}`, 'execution', done(day, 9, 10))),
  feature('sequential', 'Sequential steps', 'orchestration', done(18, 6, 5, 'priority: critical')),
  feature('conditional', 'Conditional edges', 'orchestration', done(15, 10, 8, 'priority: critical', 'dependencies: [sequential]')),
  feature('fan-out', 'Fan-out and join', 'orchestration', done(9, 14, 12, 'dependencies: [conditional]', 'addedDate: ' + ago(40))),
  feature('loops', 'Loops with exit guard', 'orchestration', done(6, 8, 6, 'dependencies: [conditional]')),
  feature('sub', 'Sub-workflows', 'orchestration', [
    'priority: nice to have',
    'status: in progress',
    'estimatedHours: 8',
    'dependencies: [fan-out]',
  ]),
  feature('council', 'Council as a graph node', 'orchestration', [
    'priority: critical',
    'estimatedHours: 6',
    'dependencies: [fan-out, rewind]',
  ]),
  feature('checkpoints', 'Durable checkpoints', 'state', done(11, 6, 4, 'priority: critical', 'dependencies: [sequential]')),
  feature('ledger', 'Token and cost ledger', 'state', done(7, 4, 6, 'priority: critical', 'dependencies: [checkpoints]')),
  feature('rewind', 'Rewind and fork', 'state', [
    'status: in progress # since Monday',
    'estimatedHours: 10',
    'actualHours: 3',
    'dependencies: [checkpoints]',
  ]),
  feature('resume', 'Resume after restart', 'state', ['priority: critical', 'estimatedHours: 12', 'dependencies: [checkpoints]']),
  feature('spans', 'Trace spans', 'state', ['estimatedHours: 6']),
  feature('switch', 'Runtime switch mid-run', 'cutover', ['estimatedHours: 10', 'dependencies: [rewind]']),
  feature('retire', 'Retire the old one', 'cutover', ['dependencies: [switch, council]', 'addedDate: ' + ago(40)]),
].join('')}`;
