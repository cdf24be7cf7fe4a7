// A fake vendor for whole workflows: start it, put its `env` into the process under test, and it plays the script.
//
//   const model = await startScriptedModel((request) =>
//     request.toolResults.length === 0
//       ? callTurn('files_read', { path: 'src/a.ts' })
//       : deliverTurn({ assessment: 'Fine.', findings: [] }));
//   …run the CLI with { ...process.env, ...model.env }…
//   await model.close();

import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { Script, SeenRequest, Turn } from '#test/support/vendors/turn.ts';

interface ScriptedModel {
  /** ANTHROPIC_* or OPENAI_* variables; those of the other vendor are emptied. */
  readonly env: { readonly [name: string]: string };
  readonly requests: readonly SeenRequest[];
  /** Replaces the script from the next request on. */
  use(script: Script): void;
  close(): Promise<void>;
}

export async function startScriptedModel(
  script: Script,
  options: { readonly vendor?: 'anthropic' | 'openai' } = {},
): Promise<ScriptedModel> {
  const vendor = options.vendor ?? 'anthropic';
  const server = await (vendor === 'anthropic' ? startAnthropicServer(script) : startOpenaiServer(script));
  const none = { ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '', OPENAI_API_KEY: '', OPENAI_BASE_URL: '' };
  const name = vendor.toUpperCase();
  return {
    env: { ...none, [`${name}_API_KEY`]: 'scripted-model-key', [`${name}_BASE_URL`]: server.baseUrl },
    requests: server.requests,
    use: (next) => server.use(next),
    close: () => server.close(),
  };
}

export const callTurn = (name: string, args: unknown, text?: string): Turn => ({
  ...(text === undefined ? {} : { text }),
  calls: [{ name, args }],
});

export const deliverTurn = (deliverable: unknown): Turn => callTurn('deliver', deliverable);

/** The smallest valid result for whichever deliverable the agent has to hand over, by the schema it was given. */
export function deliverAnything(request: SeenRequest): Turn {
  const tools: any[] = request.body.tools ?? [];
  const deliver = tools.find((tool) => (tool.name ?? tool.function?.name) === 'deliver');
  const fields = Object.keys((deliver?.input_schema ?? deliver?.function?.parameters)?.properties ?? {});
  if (fields.includes('assessment')) return deliverTurn({ assessment: 'Looked at it.', judgements: [], findings: [] });
  if (fields.includes('steps')) {
    return deliverTurn({
      goal: 'Do it',
      steps: [{ title: 'First', detail: 'Do it.', files: [], acceptance: ['It is done'], citations: [] }],
    });
  }
  if (fields.includes('verdict'))
    return deliverTurn({ verdict: 'approve', summary: 'Good.', reasons: [{ text: 'Nothing wrong.', citations: [] }] });
  if (fields.includes('markdown')) return deliverTurn({ title: 'Report', markdown: 'All is well.', citations: [] });
  return deliverTurn({ summary: 'Nothing to change.', notes: [], notDone: [] });
}
