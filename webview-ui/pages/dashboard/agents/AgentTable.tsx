import type { ReactElement } from 'react';
import { dotted, duration, percent } from '#base/figures.ts';
import type { AgentView } from '#protocol/agent.ts';
import { type Column, DataTable } from '#ui/components/DataTable.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { ago } from '#ui/format.ts';
import { Confidence } from '#ui/pages/dashboard/agents/Confidence.tsx';
import { agentMenu, breakerWord, healthOf } from '#ui/pages/dashboard/agents/looks.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { counted, t } from '#ui/text.ts';

const ROW = 60;
const NAMED = 3;

export interface AgentListProps {
  readonly agents: readonly AgentView[];
  readonly selected: string;
  readonly onOpen: (id: string) => void;
}

const columns: readonly Column<AgentView>[] = [
  { id: 'agent', title: t('Agent'), width: '26%', cell: (agent) => <Who agent={agent} /> },
  { id: 'health', title: t('Health'), width: '17%', cell: (agent) => <Health agent={agent} /> },
  { id: 'success', title: t('Success'), width: '14%', cell: (agent) => <Success agent={agent} /> },
  { id: 'capability', title: t('Capability, confidence'), cell: (agent) => <Capabilities agent={agent} /> },
  { id: 'tools', title: t('Tools'), width: '52px', align: 'end', cell: ({ tools }) => tools.length },
  { id: 'last', title: t('Last run'), width: '88px', cell: (agent) => <LastRun agent={agent} /> },
];

export function AgentTable({ agents, selected, onOpen }: AgentListProps): ReactElement {
  return (
    <DataTable
      label={t('Agents')}
      rows={agents}
      rowKey={({ id }) => id}
      rowLabel={spoken}
      rowMenu={agentMenu}
      rowHeight={ROW}
      selected={selected}
      onOpen={({ id }) => onOpen(id)}
      columns={columns}
    />
  );
}

function LastRun({ agent: { health } }: { readonly agent: AgentView }): ReactElement {
  const now = useNow(health.lastRunAt !== null);
  return <span className="dim num">{health.lastRunAt === null ? '–' : ago(health.lastRunAt, now)}</span>;
}

function Who({ agent }: { readonly agent: AgentView }): ReactElement {
  return (
    <span className="row">
      <Icon name="robot" />
      <span className="col">
        <span className="strong clip">{agent.name}</span>
        <span className="dim small clip" title={agent.role}>
          {agent.role}
        </span>
      </span>
    </span>
  );
}

function Health({ agent }: { readonly agent: AgentView }): ReactElement {
  const { state, word } = healthOf(agent);
  return (
    <span className="row">
      <StateGlyph state={state} />
      <span className="col">
        <span className="clip">{word}</span>
        <span className="dim small">{breakerWord(agent.health.breaker)}</span>
      </span>
    </span>
  );
}

export function Success({ agent: { health } }: { readonly agent: AgentView }): ReactElement {
  if (health.executions === 0) return <span className="dim small">{t('no sample yet')}</span>;
  return (
    <span className="col num">
      <span title={counted(health.executions, t('of 1 run'), t('of {0} runs', health.executions))}>
        {percent(health.succeeded, health.executions)} <span className="dim tiny">{t('of {0}', health.executions)}</span>
      </span>
      <span className="dim small">p95 {health.p95Ms === null ? '–' : duration(health.p95Ms)}</span>
    </span>
  );
}

/** Those that were used most, then those it is surest of. */
export function Capabilities({ agent }: { readonly agent: AgentView }): ReactElement {
  const first = [...agent.capabilities].sort((a, b) => b.runs - a.runs || b.confidence - a.confidence).slice(0, NAMED);
  return (
    <span className="capabilities">
      {first.map((one) => (
        <Confidence key={one.name} capability={one} />
      ))}
    </span>
  );
}

function spoken(agent: AgentView): string {
  const { health } = agent;
  const rate = health.executions > 0 && t('{0} of {1} succeeded', percent(health.succeeded, health.executions), health.executions);
  return dotted(agent.name, healthOf(agent).word, rate, health.p95Ms !== null && `p95 ${duration(health.p95Ms)}`);
}
