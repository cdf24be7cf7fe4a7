// The plan of a run drawn left to right. Loaded when it is first shown; the list of steps is its equal.

import { type KeyboardEvent, memo, type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { type Arrow, neighbour, runGraph } from '#ui/pages/dashboard/runs/model/graph.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { boxTitle, edgeState, isDrawn, loopLabel, type NodeShown, nodeShown } from '#ui/pages/dashboard/runs/run/graphNodes.ts';
import { EdgeLine, LoopLine } from '#ui/pages/dashboard/runs/run/graphLines.tsx';
import { layoutGraph, NODE, type Rect, sizeOf } from '#ui/pages/dashboard/runs/run/layout.ts';
import { useZoom } from '#ui/pages/dashboard/runs/run/useZoom.ts';
import { t } from '#ui/text.ts';

export interface RunGraphProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly now: number;
  /** Id of a planned step. */
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
}

export function RunGraphView({ model, live, now, selected, onSelect }: RunGraphProps): ReactElement {
  const { plan } = model;
  const graph = useMemo(() => runGraph(plan), [plan]);
  const layout = useMemo(() => layoutGraph(graph), [graph]);
  const size = useMemo(() => sizeOf(layout), [layout]);
  const [stop, setStop] = useState<string | null>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const { scale, zoomIn, zoomOut, showAll, scroller } = useZoom(size);
  const shownSelected = selected !== null && isDrawn(graph, selected) ? selected : null;
  const current = stop ?? shownSelected ?? graph.nodes[0]?.id ?? null;
  const choose = useCallback(
    (id: string): void => {
      setStop(id);
      onSelect(id);
    },
    [onSelect],
  );

  const move = (event: KeyboardEvent): void => {
    const from = (event.target as HTMLElement).dataset['node'];
    if (from === undefined || !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const to = neighbour(graph, layout.places, from, event.key as Arrow);
    if (to === null) return;
    setStop(to);
    drawing.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)?.focus();
  };
  const place = (id: string): { readonly x: number; readonly y: number } => layout.places.get(id) ?? { x: 0, y: 0 };
  return (
    <div ref={drawing} className="rungraph" role="group" aria-label={t('Workflow graph, {0} steps', graph.nodes.length)} onKeyDown={move}>
      <div className="graphscroll" {...scroller}>
        <div className="graphroom" style={{ width: size.width * scale, height: size.height * scale }}>
          <div className="graphsheet" style={{ ...size, transform: `scale(${scale})` }}>
            {graph.boxes.map(({ step }) => (
              <ScopeBox key={step.id} title={boxTitle(step, model)} rect={layout.boxes.get(step.id)} />
            ))}
            <svg {...size} aria-hidden="true">
              {graph.edges.map((edge) =>
                edge.loop === null ? (
                  <EdgeLine key={edge.id} from={place(edge.from)} to={place(edge.to)} state={edgeState(edge, model)} />
                ) : (
                  <LoopLine key={edge.id} from={place(edge.from)} to={place(edge.to)} state={edgeState(edge, model)} />
                ),
              )}
            </svg>
            {graph.edges.map((edge) => {
              const loop = edge.loop === null ? undefined : model.plan.byId.get(edge.loop);
              return loop && <LoopLabel key={edge.id} from={place(edge.from)} to={place(edge.to)} text={loopLabel(loop, model)} />;
            })}
            {graph.nodes.map((step) => (
              <StepBox
                key={step.id}
                shown={nodeShown(step, { model, live, now })}
                {...place(step.id)}
                isStop={step.id === current}
                isSelected={step.id === shownSelected}
                onSelect={choose}
              />
            ))}
          </div>
        </div>
      </div>
      <div className="zoom">
        <IconButton icon="zoom-out" label={t('Zoom Out')} onClick={zoomOut} />
        <IconButton icon="zoom-in" label={t('Zoom In')} onClick={zoomIn} />
        <IconButton icon="screen-full" label={t('Show All')} onClick={showAll} />
      </div>
    </div>
  );
}

interface StepBoxProps {
  readonly shown: NodeShown;
  readonly x: number;
  readonly y: number;
  readonly isStop: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

/** Drawn anew only when it shows something else. */
const StepBox = memo(
  ({ shown, x, y, isStop, isSelected, onSelect }: StepBoxProps): ReactElement => {
    const { id, title, look, state, detail, time, progress } = shown;
    return (
      <button
        type="button"
        className={`runnode ${state}`}
        style={{ left: x, top: y, ...NODE }}
        data-node={id}
        tabIndex={isStop ? 0 : -1}
        aria-pressed={isSelected}
        title={`${title}: ${detail}`}
        onClick={() => onSelect(id)}
      >
        <Icon name={look.icon} className={`${look.tone}${look.spins ? ' spin' : ''}`} />
        <b className="clip">{title}</b>
        <span className="sr">{look.word}</span>
        <span className="time num">{time}</span>
        <span className="detail clip">{detail}</span>
        {progress !== null && <i className="progress" style={{ width: `${Math.round(100 * progress)}%` }} />}
      </button>
    );
  },
  ({ shown, ...before }, { shown: newShown, ...after }) =>
    JSON.stringify([shown, before]) === JSON.stringify([newShown, after]) && before.onSelect === after.onSelect,
);

function ScopeBox({ title, rect }: { readonly title: string; readonly rect: Rect | undefined }): ReactElement | null {
  if (rect === undefined) return null;
  const { x, y, width, height } = rect;
  return (
    <div className="scope" style={{ left: x, top: y, width, height }}>
      <span className="clip">{title}</span>
    </div>
  );
}

interface LoopLabelProps {
  readonly from: { readonly x: number; readonly y: number };
  readonly to: { readonly x: number; readonly y: number };
  readonly text: string | null;
}

function LoopLabel({ from, to, text }: LoopLabelProps): ReactElement | null {
  if (text === null) return null;
  return (
    <span className="looplabel" style={{ left: (from.x + to.x + NODE.width) / 2, top: Math.max(from.y, to.y) + NODE.height + 33 }}>
      {text}
    </span>
  );
}
