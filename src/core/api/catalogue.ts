// API methods about workflows. Files are read anew at each call: they are few, small, and checked once per content.

import type { AgentRegistry } from '#core/agents/registry.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { loadCatalogue, type WorkflowCatalogue } from '#core/workflow/loader.ts';
import { checkWorkflow } from '#core/workflow/parse.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { JsonObject } from '#base/json.ts';

export interface CatalogueDeps {
  readonly ports: Pick<HostPorts, 'files' | 'readOwnFile' | 'listOwnFolder' | 'resources' | 'trusted'>;
  readonly agents: AgentRegistry;
  readonly skills: ReadonlyMap<string, Skill>;
  /** Which files of the workspace may act. Default: all of a trusted one. */
  readonly acting?: Pick<ActingFiles, 'state'>;
}

export class Catalogue {
  readonly #deps: CatalogueDeps;
  readonly methods: Pick<CoreMethods, 'workflows.list' | 'workflows.check'>;

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
    this.methods = {
      'workflows.list': async () => (await this.#load()).list(),
      'workflows.check': (request) => this.#check(request),
    };
  }

  /** What a run needs. Throws `workflow.notFound`, or `workflow.invalid` with all problems. */
  async resolve(
    name: string,
  ): Promise<{ readonly definition: WorkflowDefinition; readonly library: { readonly [name: string]: WorkflowDefinition } }> {
    return (await this.#load()).resolve(name);
  }

  /** Of all files without errors. */
  async runnable(): Promise<readonly WorkflowDefinition[]> {
    const catalogue = await this.#load();
    const right = catalogue.list().filter((one) => one.problems.every((problem) => problem.severity !== 'error'));
    return right.map((one) => catalogue.resolve(one.name).definition);
  }

  #known(): { readonly knownAgents: readonly string[]; readonly knownSkills: ReadonlyMap<string, Skill> } {
    return { knownAgents: this.#deps.agents.ids, knownSkills: this.#deps.skills };
  }

  #load(): Promise<WorkflowCatalogue> {
    const { ports, acting } = this.#deps;
    return loadCatalogue({
      ports,
      workspace: ports.files.root,
      ...(acting && { approved: async (file, text) => (await acting.state(file, text)) === 'approved' }),
      ...this.#known(),
    });
  }

  async #check(request: Parameters<CoreMethods['workflows.check']>[0]): ReturnType<CoreMethods['workflows.check']> {
    const catalogue = await this.#load();
    const text = request.text ?? (await this.#textOf(catalogue.get(request.name ?? '').file));
    const file = request.file ?? catalogue.list().find((one) => one.name === request.name)?.file ?? 'workflow.cas.yaml';
    const knownWorkflows = catalogue.list().map((one) => one.name);
    const { definition, problems, levels } = checkWorkflow(text, { file, knownWorkflows, ...this.#known() });
    return { ok: definition !== null, problems, definition: definition as unknown as JsonObject | null, levels };
  }

  async #textOf(file: string): Promise<string> {
    return (await this.#deps.ports.readOwnFile(file)) ?? '';
  }
}
