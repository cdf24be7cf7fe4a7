// One stop for the keyboard; arrows, Home and End move within it.

import { type KeyboardEvent, type ReactElement, useRef } from 'react';
import type { DashboardTab } from '#protocol/pages/dashboard.ts';
import { LiveCount } from '#ui/pages/dashboard/runs/LiveCount.tsx';
import { tabs } from '#ui/pages/dashboard/tabs.ts';
import { t } from '#ui/text.ts';

export interface TabStripProps {
  readonly open: DashboardTab;
  readonly onOpen: (tab: DashboardTab) => void;
}

export function TabStrip({ open, onOpen }: TabStripProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const now = tabs.findIndex(({ id }) => id === open);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (!tab) return;
    onOpen(tab.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  return (
    <div ref={list} className="tabs" role="tablist" aria-label={t('CAS dashboard')}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          className="tab"
          aria-selected={id === open}
          aria-controls="tabpanel"
          tabIndex={id === open ? 0 : -1}
          onClick={() => onOpen(id)}
          onKeyDown={move}
        >
          {title}
          {id === 'runs' && <LiveCount />}
        </button>
      ))}
    </div>
  );
}
