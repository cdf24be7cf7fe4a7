// The tag of a run that is started for a feature: its time is written down there when it ends.

export interface FeatureRef {
  /** Null: the tag names the feature alone. */
  readonly plan: string | null;
  readonly feature: string;
}

/** Of `feature:<plan>/<feature>` or `feature:<feature>`; null for every other tag. */
export function refOfTag(tag: string): FeatureRef | null {
  const [, plan = null, feature = ''] = /^feature:(?:([a-z][a-z0-9-]*)\/)?([a-z0-9][a-z0-9._-]*)$/.exec(tag) ?? [];
  return feature === '' ? null : { plan, feature };
}
