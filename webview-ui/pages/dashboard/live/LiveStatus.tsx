// Live Status: the runtimes, and what each can do, measured. Probes run only when a person asks; what is shown is read every 30 s.

import { type ReactElement, useMemo, useState } from 'react';
import { ErrorNote } from '#ui/components/ErrorNote.tsx';
import { Loading } from '#ui/components/Loading.tsx';
import { ParityTools } from '#ui/pages/dashboard/live/ParityTools.tsx';
import { ParityTreeGrid } from '#ui/pages/dashboard/live/ParityTreeGrid.tsx';
import { columnsOf, groupsOf, rowsOf, type Show } from '#ui/pages/dashboard/live/parityModel.ts';
import { ProbeCard } from '#ui/pages/dashboard/live/ProbeCard.tsx';
import { RuntimeCard } from '#ui/pages/dashboard/live/RuntimeCard.tsx';
import { useProbes } from '#ui/pages/dashboard/live/useProbes.ts';
import { useNow } from '#ui/pages/dashboard/runs/useNow.ts';
import { useQuery } from '#ui/rpc/useQuery.ts';

const EVERY_MS = 30_000;

export function LiveStatus(): ReactElement {
  const parity = useQuery('parity.latest', [], { refreshOn: ['parity'], everyMs: EVERY_MS });
  const status = useQuery('runtimes.status', [], { refreshOn: ['runs', 'parity'], everyMs: EVERY_MS });
  const info = useQuery('workspace.info', [], { refreshOn: ['parity'], everyMs: EVERY_MS });
  const probes = useProbes(parity.refresh);
  const now = useNow(true);
  const [show, setShow] = useState<Show>('all');
  const [text, setText] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const active = info.data?.runtime;
  const rows = useMemo(
    () =>
      parity.data && status.data && active !== undefined
        ? rowsOf(parity.data, { active, ids: status.data.map(({ id }) => id) }, now)
        : null,
    [parity.data, status.data, active, now],
  );

  const error = parity.error ?? status.error ?? info.error;
  const refresh = (): void => void Promise.all([parity.refresh(), status.refresh(), info.refresh()]);
  if (error && (rows === null || !parity.data)) return <ErrorNote error={error} onRetry={refresh} />;
  if (rows === null || !parity.data || !status.data || active === undefined) return <Loading rows={14} />;

  const columns = columnsOf({ active, ids: status.data.map(({ id }) => id) });
  const groups = groupsOf(rows, { show, text });
  const isAllFolded = groups.every(({ name }) => folded.has(name));
  return (
    <div className="live">
      {error && <ErrorNote error={error} onRetry={refresh} />}
      {probes.error && <ErrorNote error={probes.error} />}
      <div className="livecards">
        {columns.map((id) => {
          const runtime = status.data?.find((one) => one.id === id);
          return runtime && <RuntimeCard key={id} runtime={runtime} isActive={id === active} rows={rows} onSwitched={refresh} />;
        })}
        <ProbeCard reports={parity.data.reports} probes={probes} now={now} />
      </div>
      <ParityTools
        rows={rows}
        columns={columns}
        show={show}
        onShow={setShow}
        text={text}
        onText={setText}
        isAllFolded={isAllFolded}
        onFoldAll={() => setFolded(new Set(isAllFolded ? [] : groups.map(({ name }) => name)))}
        refreshedAt={parity.at}
        onRefresh={refresh}
        now={now}
      />
      <ParityTreeGrid groups={groups} columns={columns} folded={folded} onFold={setFolded} probes={probes} now={now} />
    </div>
  );
}
