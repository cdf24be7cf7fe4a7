// What a checkpoint is called.

import type { Checkpoint } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import type { RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { t } from '#ui/text.ts';

export function checkpointTitle({ path, outcome }: Checkpoint, model: RunPicture): string {
  if (path === null) return t('Start');
  const title = model.steps.at(path)?.title ?? path;
  const place = /(?:#(\d+)|\[(\d+)\])\/[^/]*$/.exec(path);
  const name = place === null ? title : `${title} ${place[1] === undefined ? `[${place[2] ?? ''}]` : `#${place[1]}`}`;
  switch (outcome) {
    case 'start':
    case 'done':
      return t('{0} done', name);
    case 'failed':
      return t('{0} failed', name);
    case 'skipped':
      return t('{0} skipped', name);
    case 'overridden':
      return t('{0} overridden', name);
  }
}
