// What a checkpoint is called.

import type { Checkpoint } from '#ui/pages/dashboard/runs/model/checkpoints.ts';
import { type RunPicture, titleAt } from '#ui/pages/dashboard/runs/model/runModel.ts';
import { t } from '#ui/text.ts';

export function checkpointTitle({ path, outcome }: Checkpoint, model: RunPicture): string {
  if (path === null) return t('Start');
  const name = titleAt(model.steps, path);
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
