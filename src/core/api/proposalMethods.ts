// API methods about proposals. Deciding needs a trusted workspace; looking does not.

import { assertTrusted } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import type { Store } from '#core/store/store.ts';
import { resolveRun } from '#core/api/resolve.ts';
import type { ReviewMethods } from '#protocol/review.ts';
import type { CoreMethods } from '#protocol/api.ts';

type ProposalMethods = Pick<CoreMethods, Exclude<Extract<keyof CoreMethods, `proposals.${string}`>, keyof ReviewMethods>>;

export function proposalMethods(deps: {
  readonly ports: HostPorts;
  readonly store: Store;
  readonly proposals: Proposals;
}): ProposalMethods {
  const { proposals, store, ports } = deps;
  return {
    'proposals.list': async (filter) => {
      const runId = filter?.runId === undefined ? undefined : (await resolveRun(store, filter.runId)).id;
      return proposals.list({ runId, open: filter?.open });
    },
    'proposals.get': (id) => proposals.get(id),
    'proposals.text': ({ id, path, side }) => proposals.text(id, path, side),
    'proposals.diff': (id) => proposals.diff(id),
    'proposals.accept': async ({ target, commit }) => {
      assertTrusted(ports);
      return proposals.accept(target, { commit });
    },
    'proposals.reject': async (target) => {
      assertTrusted(ports);
      return proposals.reject(target);
    },
    'proposals.undo': async (id) => {
      assertTrusted(ports);
      return proposals.undo(id);
    },
  };
}
