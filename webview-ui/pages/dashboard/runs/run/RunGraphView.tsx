// The plan of a run drawn left to right. Loaded when it is first shown; the list of steps is its equal.

import {
  BaseEdge,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import { createContext, type KeyboardEvent, memo, type ReactElement, useContext, useMemo, useRef, useState } from 'react';
import type { LiveSteps } from '#protocol/pages/runFeed.ts';
import { IconButton } from '#ui/components/Button.tsx';
import { Icon } from '#ui/components/Icon.tsx';
import { type Arrow, neighbour, type RunGraph, runGraph } from '#ui/pages/dashboard/runs/model/graph.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import {
  boxTitle,
  edgeState,
  type EdgeState,
  isDrawn,
  loopLabel,
  type NodeShown,
  nodeShown,
} from '#ui/pages/dashboard/runs/run/graphNodes.ts';
import { type GraphLayout, layoutGraph, NODE } from '#ui/pages/dashboard/runs/run/layout.ts';
import { t } from '#ui/text.ts';

export interface RunGraphProps {
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly now: number;
  /** Id of a planned step. */
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
}

type StepNode = Node<{ readonly shown: NodeShown }, 'step'>;
type BoxNode = Node<{ readonly title: string }, 'box'>;
type RunEdge = Edge<{ readonly state: EdgeState; readonly label: string | null }, 'run'>;

/** What nodes need beside their own data: kept out of it, so that a node is drawn anew only when it changed. */
const Choice = createContext<{ readonly selected: string | null; readonly stop: string | null; readonly onSelect: (id: string) => void }>({
  selected: null,
  stop: null,
  onSelect: () => {},
});

const nodeTypes = { step: memo(StepBox), box: memo(ScopeBox) };
const edgeTypes = { run: memo(RunEdgeLine) };

export function RunGraphView(props: RunGraphProps): ReactElement {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing({ model, live, now, selected, onSelect }: RunGraphProps): ReactElement {
  const graph = useMemo(() => runGraph(model.plan), [model]);
  const layout = useMemo(() => layoutGraph(graph), [graph]);
  const [known] = useState(() => new Map<string, StepNode | BoxNode>());
  const nodes = useMemo(() => drawNodes({ graph, layout, model, live, now }, known), [known, graph, layout, model, live, now]);
  const edges = useMemo(() => drawEdges(graph, model), [graph, model]);
  const [stop, setStop] = useState<string | null>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const first = graph.nodes[0]?.id ?? null;
  const shownSelected = selected !== null && isDrawn(graph, selected) ? selected : null;
  const choice = useMemo(() => {
    const choose = (id: string): void => {
      setStop(id);
      onSelect(id);
    };
    return { selected: shownSelected, stop: stop ?? shownSelected ?? first, onSelect: choose };
  }, [shownSelected, stop, first, onSelect]);

  const move = (event: KeyboardEvent): void => {
    const from = (event.target as HTMLElement).dataset['node'];
    if (from === undefined || !event.key.startsWith('Arrow')) return;
    event.preventDefault();
    const to = neighbour(graph, layout.places, from, event.key as Arrow);
    if (to === null) return;
    setStop(to);
    drawing.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to)}"]`)?.focus();
  };
  return (
    <div ref={drawing} className="graph" role="group" aria-label={t('Workflow graph, {0} steps', graph.nodes.length)} onKeyDown={move}>
      <Choice value={choice}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          fitView
          fitViewOptions={FIT}
          minZoom={0.2}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnScroll={false}
          zoomOnDoubleClick={false}
          preventScrolling={false}
          proOptions={{ hideAttribution: true }}
        />
        <Zoom />
      </Choice>
    </div>
  );
}

const FIT = { padding: 0.02, maxZoom: 1, minZoom: 0.2 };

function Zoom(): ReactElement {
  const { zoomIn, zoomOut, fitView } = useReactFlow();
  return (
    <div className="zoom">
      <IconButton icon="zoom-out" label={t('Zoom Out')} onClick={() => void zoomOut()} />
      <IconButton icon="zoom-in" label={t('Zoom In')} onClick={() => void zoomIn()} />
      <IconButton icon="screen-full" label={t('Show All')} onClick={() => void fitView(FIT)} />
    </div>
  );
}

interface Drawn {
  readonly graph: RunGraph;
  readonly layout: GraphLayout;
  readonly model: RunPicture;
  readonly live: LiveSteps;
  readonly now: number;
}

/** Nodes that show the same as before stay the same objects. */
function drawNodes({ graph, layout, model, live, now }: Drawn, known: Map<string, StepNode | BoxNode>): (StepNode | BoxNode)[] {
  const kept = <N extends StepNode | BoxNode>(node: N): N => {
    const before = known.get(node.id);
    if (before !== undefined && JSON.stringify(before.data) === JSON.stringify(node.data)) return before as N;
    known.set(node.id, node);
    return node;
  };
  const boxes = graph.boxes.flatMap(({ step }) => {
    const rect = layout.boxes.get(step.id);
    if (rect === undefined) return [];
    const { x, y, width, height } = rect;
    return kept<BoxNode>({
      id: `box ${step.id}`,
      type: 'box',
      position: { x, y },
      width,
      height,
      data: { title: boxTitle(step, model) },
      zIndex: -1,
    });
  });
  const steps = graph.nodes.map((step) => {
    const position = { ...(layout.places.get(step.id) ?? { x: 0, y: 0 }) };
    return kept<StepNode>({ id: step.id, type: 'step', position, ...NODE, data: { shown: nodeShown(step, { model, live, now }) } });
  });
  return [...boxes, ...steps];
}

function drawEdges(graph: RunGraph, model: RunPicture): RunEdge[] {
  return graph.edges.map((edge) => {
    const loop = edge.loop === null ? undefined : model.plan.byId.get(edge.loop);
    const handles = loop === undefined ? { sourceHandle: 'out', targetHandle: 'in' } : { sourceHandle: 'back', targetHandle: 'again' };
    const label = loop === undefined ? null : loopLabel(loop, model);
    return {
      id: edge.id,
      type: 'run',
      source: edge.from,
      target: edge.to,
      ...handles,
      data: { state: edgeState(edge, model), label },
      domAttributes: { 'aria-hidden': true },
    };
  });
}

function StepBox({ data: { shown } }: NodeProps<StepNode>): ReactElement {
  const { selected, stop, onSelect } = useContext(Choice);
  const { id, title, look, state, detail, time, progress } = shown;
  return (
    <>
      <Handle id="in" type="target" position={Position.Left} isConnectable={false} />
      <Handle id="again" type="target" position={Position.Bottom} isConnectable={false} />
      <button
        type="button"
        className={`node ${state}`}
        data-node={id}
        tabIndex={id === stop ? 0 : -1}
        aria-pressed={id === selected}
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
      <Handle id="out" type="source" position={Position.Right} isConnectable={false} />
      <Handle id="back" type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function ScopeBox({ data }: NodeProps<BoxNode>): ReactElement {
  return (
    <div className="scope">
      <span className="clip">{data.title}</span>
    </div>
  );
}

/** How far the way back of a loop hangs below its steps, in px. */
const HANG = 44;

function RunEdgeLine({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps<RunEdge>): ReactElement {
  const state = data?.state ?? 'queued';
  const label = data?.label ?? null;
  if (label === null) {
    const [path] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
    return <BaseEdge path={path} className={`edge ${state}`} />;
  }
  const low = Math.max(sourceY, targetY) + HANG;
  const path = `M${sourceX} ${sourceY}C${sourceX} ${low} ${targetX} ${low} ${targetX} ${targetY + 4}`;
  const at = `translate(-50%, -50%) translate(${(sourceX + targetX) / 2}px, ${Math.max(sourceY, targetY) + HANG * 0.75}px)`;
  return (
    <>
      <BaseEdge path={path} className={`edge loop ${state}`} />
      <path className={`arrow ${state}`} d={`M${targetX} ${targetY}l-3.5 6h7z`} />
      <EdgeLabelRenderer>
        <span className="looplabel" style={{ transform: at }}>
          {label}
        </span>
      </EdgeLabelRenderer>
    </>
  );
}
