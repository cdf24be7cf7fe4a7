// API methods about what a person allowed: standing grants, and the files of the workspace that may act.

import type { Grants } from '#core/agents/approval/grants.ts';
import { forgetDescriptions } from '#core/agents/mcp/mcpTools.ts';
import { assertTrusted, PERSON } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';
import type { ApprovalMethods } from '#protocol/approval.ts';

export interface ApprovalDeps {
  readonly ports: Pick<HostPorts, 'clock' | 'trusted'>;
  readonly store: Pick<Store, 'audit'>;
  readonly permissions: Store['values'];
  readonly acting: ActingFiles;
  readonly grants: Grants;
  /** Files were approved: what they define can be used now. */
  readonly approved: () => Promise<void>;
}

export function approvalMethods({ ports, store, permissions, acting, grants, approved }: ApprovalDeps): ApprovalMethods {
  const audit = (action: string, target: string, data: { readonly [key: string]: string }): Promise<void> =>
    store.audit.append({ at: ports.clock.now(), actor: PERSON, action, target, data });
  return {
    'approvals.list': () => grants.list(),
    'approvals.revoke': async (id) => {
      await grants.revoke(id);
      await audit('approval.revoked', id, {});
    },
    'trust.list': () => acting.list(),
    'trust.approve': async (files) => {
      assertTrusted(ports);
      await acting.approve(files);
      for (const { path, hash } of files) await audit('trust.approved', path, { hash });
      if (files.some(({ path }) => path.endsWith('mcp.json'))) await forgetDescriptions(permissions);
      await approved();
    },
  };
}
