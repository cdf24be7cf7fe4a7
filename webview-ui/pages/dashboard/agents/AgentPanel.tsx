// One agent in depth: its circuit and why it opened, what it can do, what it may use, which models it is given.

import type { ReactElement } from 'react';
import type { AgentView } from '#protocol/agent.ts';
import type { AgentDetail, AgentModel } from '#protocol/agentDetail.ts';
import { Button, IconButton } from '#ui/components/Button.tsx';
import { Chip } from '#ui/components/Chip.tsx';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { StateGlyph } from '#ui/components/StateGlyph.tsx';
import { duration } from '#base/figures.ts';
import { ago, fullDate } from '#ui/format.ts';
import { Circuit } from '#ui/pages/dashboard/agents/Circuit.tsx';
import { Confidence } from '#ui/pages/dashboard/agents/Confidence.tsx';
import { healthOf, permission, toolIcon, wishWords } from '#ui/pages/dashboard/agents/looks.ts';
import { useAction } from '#ui/pages/dashboard/runs/useAction.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import type { TabProps } from '#ui/pages/dashboard/tabs.ts';
import { call, host } from '#ui/rpc/core.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

export function AgentPanel({ agent, go }: { readonly agent: AgentView; readonly go: TabProps['go'] }): ReactElement {
  const detail = useQuery('agents.detail', [agent.id], { refreshOn: ['agents'], everyMs: 60_000 });
  const action = useAction();
  const { state, tone, word } = healthOf(agent);
  const enable = (): Promise<unknown> => call('agents.setEnabled', { id: agent.id, enabled: agent.disabled });
  return (
    <section className="card agentpanel" aria-label={agent.name}>
      <header className="cardhead">
        <Icon name="robot" />
        <h2>{agent.name}</h2>
        <Chip tone={tone}>
          <StateGlyph state={state} size={12} />
          {word}
        </Chip>
        <span className="right row">
          <IconButton
            icon="go-to-file"
            label={t('Open Agent')}
            onClick={() => void host('command', { id: 'cas.agent.open', args: [{ agent: agent.id }] })}
          />
          <IconButton
            icon="edit"
            label={t('Edit Agent File')}
            onClick={() => void host('command', { id: 'cas.agent.edit', args: [{ agent: agent.id }] })}
          />
          <IconButton
            icon={agent.disabled ? 'play' : 'circle-slash'}
            label={agent.disabled ? t('Enable Agent') : t('Disable Agent')}
            disabled={action.isBusy}
            onClick={() => void action.start(enable)}
          />
        </span>
      </header>
      <p className="dim small about">{agent.description}</p>
      {action.error !== null && <ErrorNote error={action.error} />}
      {detail.error !== null && <ErrorNote error={detail.error} onRetry={() => void detail.refresh()} />}
      <Circuit
        agent={agent}
        detail={detail.data}
        busy={action.isBusy}
        onReset={() => void action.start(() => call('agents.resetBreakers', agent.id))}
      />
      <section>
        <h3>{t('Capabilities, measured on finished runs')}</h3>
        {agent.capabilities.map((one) => (
          <Confidence key={one.name} capability={one} withSample />
        ))}
      </section>
      {detail.data === undefined && detail.error === null && <Loading rows={6} />}
      {detail.data && <Tools detail={detail.data} />}
      {detail.data && <Models detail={detail.data} wishes={agent.models} />}
      <LastError agent={agent} go={go} />
    </section>
  );
}

function Tools({ detail: { tools } }: { readonly detail: AgentDetail }): ReactElement {
  return (
    <section>
      <h3>{t('Tools')}</h3>
      {tools.length === 0 && <p className="dim small">{t('None: it works with its skills alone.')}</p>}
      <ul className="lines">
        {tools.map(({ id, description, risk }) => {
          const { word, icon, title } = permission(risk);
          return (
            <li key={id} className="row" title={description}>
              <Icon name={toolIcon(id)} size={14} />
              <span className="clip">{id}</span>
              <span className="right dim row small" title={title}>
                {word}
                <Icon name={icon} size={14} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Models({
  detail: { models, unavailable },
  wishes,
}: {
  readonly detail: AgentDetail;
  readonly wishes: AgentView['models'];
}): ReactElement {
  const wished = wishWords(wishes);
  return (
    <section>
      <h3>{t('Model order')}</h3>
      {wished.length > 0 && <p className="dim small">{t('It wishes for {0}. What no model meets falls back.', wished.join(', '))}</p>}
      {models.length === 0 && <p className="dim small">{t('No model can be called: it works with its deterministic skills.')}</p>}
      <ol className="lines">
        {models.map((model, index) => (
          <Model key={`${model.provider}/${model.model}`} model={model} before={models[index - 1]} />
        ))}
        {unavailable.map(({ provider, model, reason }) => (
          <li key={`${provider}/${model}`} className="row mute">
            <StateGlyph state="none" size={14} />
            <span className="clip" title={reason}>
              {model}, {reason}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Model({
  model: { provider, model, reason, breaker, p50Ms, price },
  before,
}: {
  readonly model: AgentModel;
  readonly before: AgentModel | undefined;
}): ReactElement {
  const facts = [
    p50Ms !== null && duration(p50Ms),
    price === null ? t('price unknown') : t('${0} in, ${1} out per 1M', price.input, price.output),
  ];
  const condition = before === undefined ? '' : t(', when {0} fails or its circuit is open', before.model);
  return (
    <li className="row" title={`${provider}: ${reason}`}>
      <StateGlyph state={breaker === 'open' ? 'failed' : breaker === 'half-open' ? 'partial' : 'ok'} size={14} />
      <span className="grow">
        {model}
        <span className="dim">{condition}</span>
      </span>
      <span className="dim tiny num end">{facts.filter(Boolean).join(', ')}</span>
    </li>
  );
}

function LastError({ agent: { health }, go }: { readonly agent: AgentView; readonly go: TabProps['go'] }): ReactElement | null {
  const now = useNow(health.lastError !== null);
  if (health.lastError === null) return null;
  const { message, code, at, runId } = health.lastError;
  return (
    <section className="row lasterror">
      <StateGlyph state="failed" size={14} />
      <span className="grow small" title={`${code}, ${fullDate(at)}`}>
        {t('Last error: {0}, {1}', message, ago(at, now))}
      </span>
      <Button small kind="link" onClick={() => go({ tab: 'runs', item: runId })}>
        {t('Open Run')}
      </Button>
    </section>
  );
}
