// The team: who is healthy, who is good at what, and one of them in depth.

import { type ReactElement, useState } from 'react';
import type { AgentView } from '#protocol/agent.ts';
import { Button } from '#ui/components/Button.tsx';
import { EmptyState } from '#ui/components/EmptyState.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { FilterBox } from '#ui/components/FilterBox.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { Segmented } from '#ui/components/Segmented.tsx';
import { AgentCards } from '#ui/pages/dashboard/agents/AgentCards.tsx';
import { AgentPanel } from '#ui/pages/dashboard/agents/AgentPanel.tsx';
import { AgentTable } from '#ui/pages/dashboard/agents/AgentTable.tsx';
import { needsALook } from '#ui/pages/dashboard/agents/looks.ts';
import { NoKeyNote } from '#ui/pages/dashboard/bars/NoKeyNote.tsx';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { readSaved, save } from '#ui/rpc/vscodeApi.ts';
import { t } from '#ui/text.ts';

type Which = 'all' | 'look';
type Shape = 'table' | 'cards';

export function Agents({ item, go }: TabProps): ReactElement {
  const list = useQuery('agents.list', [], { refreshOn: ['agents'] });
  const [text, setText] = useState('');
  const [which, setWhich] = useState<Which>('all');
  const [shape, setShape] = useState<Shape>(() => (readSaved('agentsShape') === 'cards' ? 'cards' : 'table'));
  const all = sorted(list.data ?? []);
  const troubled = all.filter(needsALook);
  const shown = (which === 'look' ? troubled : all).filter((agent) => fits(agent, text));
  const open = (id: string): void => go({ tab: 'agents', item: id });
  const chosen = shown.find(({ id }) => id === item) ?? shown[0];
  return (
    <div className="agents col grow">
      <div className="row tools" role="search">
        <FilterBox label={t('Filter agents and capabilities')} value={text} onChange={setText} />
        <Segmented<Which>
          label={t('Which agents')}
          value={which}
          onChange={setWhich}
          segments={[
            { id: 'all', label: t('All {0}', all.length) },
            { id: 'look', label: t('Need a look {0}', troubled.length) },
          ]}
        />
        <Segmented<Shape>
          label={t('Shape')}
          value={shape}
          onChange={(next) => {
            setShape(next);
            save('agentsShape', next);
          }}
          segments={[
            { id: 'table', label: t('Table') },
            { id: 'cards', label: t('Cards') },
          ]}
        />
        <span className="right">
          <Button kind="primary" icon="add" onClick={() => void host('command', { id: 'cas.agent.new' })}>
            {t('New Agent…')}
          </Button>
        </span>
      </div>
      <NoKeyNote />
      {list.error !== null && <ErrorNote error={list.error} onRetry={() => void list.refresh()} />}
      {list.data === undefined && list.error === null && <Loading rows={8} />}
      {list.data !== undefined && shown.length === 0 && (
        <EmptyState title={which === 'look' && text === '' ? t('No agent needs a look.') : t('No agent fits this filter.')}>
          <Button
            onClick={() => {
              setText('');
              setWhich('all');
            }}
          >
            {t('Show All')}
          </Button>
        </EmptyState>
      )}
      {chosen && (
        <div className="split">
          {shape === 'table' ? (
            <AgentTable agents={shown} selected={chosen.id} onOpen={open} />
          ) : (
            <AgentCards agents={shown} selected={chosen.id} onOpen={open} />
          )}
          <AgentPanel key={chosen.id} agent={chosen} go={go} />
        </div>
      )}
    </div>
  );
}

/** Trouble first, then those that have run, then by name. */
function sorted(agents: readonly AgentView[]): readonly AgentView[] {
  const rank = (agent: AgentView): number => (needsALook(agent) ? 0 : agent.health.executions > 0 ? 1 : 2);
  return [...agents].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function fits({ id, name, role, capabilities, specializations }: AgentView, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const said = [id, name, role, ...capabilities.map((one) => one.name), ...specializations].join('\n').toLowerCase();
  return words.every((word) => said.includes(word));
}
