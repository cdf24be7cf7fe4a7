// What the run says: its output, its events, and what it wants to change.

import { type KeyboardEvent, type ReactElement, useState } from 'react';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { Button } from '#ui/components/Button.tsx';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { ChangesTab } from '#ui/pages/dashboard/runs/run/ChangesTab.tsx';
import { EventsTab } from '#ui/pages/dashboard/runs/run/EventsTab.tsx';
import { OutputTab } from '#ui/pages/dashboard/runs/run/OutputTab.tsx';
import { useQuery } from '#ui/rpc/useQuery.ts';
import { t } from '#ui/text.ts';

export interface OutputCardProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  /** Path of a step: only what it and those inside it said. */
  readonly selected: string | null;
  readonly onSelect: (path: string | null) => void;
}

const TABS = ['output', 'events', 'changes'] as const;
type Tab = (typeof TABS)[number];

export function OutputCard({ model, live, selected, onSelect }: OutputCardProps): ReactElement {
  const [tab, setTab] = useState<Tab>('output');
  const proposals = useQuery('proposals.list', [{ runId: model.created.runId }], { refreshOn: ['proposals', 'runs'] });
  const changes = proposals.data ?? [];
  const titles: Readonly<Record<Tab, string>> = {
    output: t('Output'),
    events: t('Events'),
    changes: changes.length === 0 ? t('Changes') : t('Changes {0}', changes.length),
  };
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? 'output';
    setTab(next);
    event.currentTarget.querySelector<HTMLElement>(`#out-${next}`)?.focus();
  };
  return (
    <section className="card output" aria-label={t('Output')}>
      <header className="hd">
        <div className="minitabs" role="tablist" aria-label={t('What the run says')} onKeyDown={move}>
          {TABS.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`out-${one}`}
              aria-selected={one === tab}
              aria-controls="out-panel"
              tabIndex={one === tab ? 0 : -1}
              onClick={() => setTab(one)}
            >
              {titles[one]}
            </button>
          ))}
        </div>
        {selected !== null && tab !== 'changes' && (
          <span className="row right only">
            <span className="clip dim small">{model.steps.at(selected)?.title ?? selected}</span>
            <Button small onClick={() => onSelect(null)}>
              {t('Show All Steps')}
            </Button>
          </span>
        )}
      </header>
      <div id="out-panel" role="tabpanel" aria-labelledby={`out-${tab}`} className="panel">
        {tab === 'output' && <OutputTab key={selected ?? ''} {...{ model, live, selected }} />}
        {tab === 'events' && <EventsTab {...{ model, selected }} />}
        {tab === 'changes' && <ChangesTab changes={changes} error={proposals.error} />}
      </div>
    </section>
  );
}
