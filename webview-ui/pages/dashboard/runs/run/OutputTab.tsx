// The output as it comes. Follows its end until the person scrolls up.

import { type ReactElement, useMemo, useRef, useState } from 'react';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { Button } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import type { OutputEntry } from '#ui/pages/dashboard/runs/model/output.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { isWithin } from '#ui/pages/dashboard/runs/model/shape.ts';
import { StreamingMarkdown } from '#ui/pages/dashboard/runs/run/Markdown.tsx';
import { OutputLine } from '#ui/pages/dashboard/runs/run/OutputLine.tsx';
import { hasScreenReader } from '#ui/pages/dashboard/runs/useNow.ts';
import { t } from '#ui/text.ts';

const PART = 100;
/** Px from the end that still count as being there. */
const NEAR_END = 24;

export interface OutputTabProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly selected: string | null;
}

export function OutputTab({ model, live, selected }: OutputTabProps): ReactElement {
  const [shown, setShown] = useState(PART);
  const [isFollowing, setFollowing] = useState(true);
  const scroll = useRef<HTMLDivElement>(null);
  const entries = useMemo(() => newest(model.output, selected, shown), [model, selected, shown]);
  const streams = Object.entries(live).filter(
    ([path, { text }]) => text !== '' && (selected === null || isWithin(path, selected)) && model.steps.at(path)?.status === 'running',
  );
  // The log is laid out from its end: it follows by itself, and stays where it is once the person scrolled up.
  const onScroll = (): void => setFollowing((scroll.current?.scrollTop ?? 0) > -NEAR_END);
  const jump = (): void => scroll.current?.scrollTo({ top: 0 });
  return (
    <>
      {/* Scrolled with the keys, so it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div
        ref={scroll}
        className={`scroll log${hasScreenReader() ? '' : ' pinned'}`}
        role="log"
        aria-live="off"
        aria-label={t('Output')}
        tabIndex={0}
        onScroll={onScroll}
      >
        <div className="said">
          {entries.length === shown && (
            <Button kind="link" onClick={() => setShown(shown + PART)}>
              {t('Show Earlier')}
            </Button>
          )}
          {entries.length === 0 && streams.length === 0 && <p className="dim">{t('Nothing was said yet.')}</p>}
          {entries.map((entry) => (
            <OutputLine key={entry.id} entry={entry} />
          ))}
          {streams.map(([path, { text, dropped, call }]) => (
            <div key={path} className="stream">
              {streams.length > 1 && <p className="dim small">{model.steps.at(path)?.title ?? path}</p>}
              {call === null && <p className="dim small">{t('What was said before this page was opened is shown when it is recorded.')}</p>}
              <StreamingMarkdown text={text} dropped={dropped} />
            </div>
          ))}
          <Tools live={live} selected={selected} />
        </div>
      </div>
      {!isFollowing && !hasScreenReader() && (
        <Button small icon="arrow-down" onClick={jump}>
          {t('Jump to Latest')}
        </Button>
      )}
    </>
  );
}

/** Tools that have begun and not ended. */
function Tools({ live, selected }: { readonly live: LiveSteps; readonly selected: string | null }): ReactElement {
  const open = new Map<string, { readonly tool: string; readonly title: string }>();
  for (const [path, { tools }] of Object.entries(live)) {
    if (selected !== null && !isWithin(path, selected)) continue;
    for (const { tool, title, phase } of tools) {
      const key = `${path} ${tool} ${title}`;
      if (phase === 'started') open.set(key, { tool, title });
      else open.delete(key);
    }
  }
  return (
    <>
      {[...open].map(([key, { tool, title }]) => (
        <p key={key} className="tool">
          <Icon name="sync" size={14} className="run spin" label={t('Running')} />
          <span className="clip">
            {tool} {title}
          </span>
        </p>
      ))}
    </>
  );
}

/** The newest of what a step and those inside it said, in order. */
function newest(output: readonly OutputEntry[], selected: string | null, count: number): readonly OutputEntry[] {
  if (selected === null) return output.slice(-count);
  const found: OutputEntry[] = [];
  for (let at = output.length - 1; at >= 0 && found.length < count; at -= 1) {
    const entry = output[at];
    if (entry !== undefined && entry.path !== null && isWithin(entry.path, selected)) found.push(entry);
  }
  return found.reverse();
}
