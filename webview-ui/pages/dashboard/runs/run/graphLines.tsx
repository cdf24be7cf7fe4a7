// The lines of a run's graph.

import type { ReactElement } from 'react';
import type { Placed } from '#ui/pages/dashboard/runs/model/graph.ts';
import type { EdgeState } from '#ui/pages/dashboard/runs/run/graphNodes.ts';
import { HANG, NODE } from '#ui/pages/dashboard/runs/run/layout.ts';

export interface LineProps {
  /** Corners of the two nodes. */
  readonly from: Placed;
  readonly to: Placed;
  readonly state: EdgeState;
}

/** From the right side of one to the left side of the other. */
export function EdgeLine({ from, to, state }: LineProps): ReactElement {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x, to.y + NODE.height / 2];
  const reach = Math.max(16, (x2 - x1) / 2);
  return <path className={`runline ${state}`} d={`M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`} />;
}

/** Back to the first step of a loop, hanging below its steps. */
export function LoopLine({ from, to, state }: LineProps): ReactElement {
  const [x1, y1] = [from.x + NODE.width / 2, from.y + NODE.height];
  const [x2, y2] = [to.x + NODE.width / 2, to.y + NODE.height];
  const low = Math.max(y1, y2) + HANG;
  return (
    <>
      <path className={`runline loop ${state}`} d={`M${x1} ${y1}C${x1} ${low} ${x2} ${low} ${x2} ${y2 + 4}`} />
      <path className={`arrow ${state}`} d={`M${x2} ${y2}l-3.5 6h7z`} />
    </>
  );
}
