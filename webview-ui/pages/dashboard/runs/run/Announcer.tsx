// Tells a screen reader what happens: one polite sentence at most every 5 s, the newest; decisions and failures at once.

import { type ReactElement, useEffect, useRef, useState } from 'react';
import { announcementOf } from '#ui/pages/dashboard/runs/model/announce.ts';
import { type RunPicture, titleAt } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { t } from '#ui/text.ts';

const APART_MS = 5_000;

export function Announcer({ model }: { readonly model: RunPicture }): ReactElement {
  const [polite, setPolite] = useState('');
  const [urgent, setUrgent] = useState('');
  /** What happened before the page was opened is not news. */
  const told = useRef(model.events.length);
  const waiting = useRef<string | null>(null);
  const saidAt = useRef(0);
  useEffect(() => {
    for (const event of model.events.slice(told.current)) {
      const said = announcementOf(event, (path) => titleAt(model.steps, path), t);
      if (said?.urgent === true) setUrgent(said.text);
      else if (said !== null) waiting.current = said.text;
    }
    told.current = model.events.length;
    if (waiting.current === null) return undefined;
    const say = (): void => {
      saidAt.current = Date.now();
      setPolite(waiting.current ?? '');
      waiting.current = null;
    };
    const timer = setTimeout(say, Math.max(0, saidAt.current + APART_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [model]);
  return (
    <>
      <p className="sr" aria-live="polite">
        {polite}
      </p>
      <p className="sr" role="alert">
        {urgent}
      </p>
    </>
  );
}
