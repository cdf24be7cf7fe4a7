import type { ReactElement } from 'react';
import { Chip } from '#ui/components/Chip.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { type AgentListProps, Capabilities, Success } from '#ui/pages/dashboard/agents/AgentTable.tsx';
import { agentMenu, healthOf } from '#ui/pages/dashboard/agents/looks.ts';
import { t } from '#ui/text.ts';

export function AgentCards({ agents, selected, onOpen }: AgentListProps): ReactElement {
  return (
    <ul className="agentcards" aria-label={t('Agents')}>
      {agents.map((agent) => {
        const { state, tone, word } = healthOf(agent);
        return (
          <li key={agent.id} className={`card ${agent.id === selected ? 'active' : ''}`} data-vscode-context={agentMenu(agent)}>
            <button type="button" className="cardbutton" aria-pressed={agent.id === selected} onClick={() => onOpen(agent.id)}>
              <span className="row">
                <b className="strong clip">{agent.name}</b>
                <span className="right">
                  <Chip tone={tone}>
                    <StateGlyph state={state} size={12} />
                    {word}
                  </Chip>
                </span>
              </span>
              <span className="dim small role">{agent.role}</span>
              <Capabilities agent={agent} />
              <Success agent={agent} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
