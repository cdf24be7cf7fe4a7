// The refusals of registry and router, one factory a code.

import { AppError } from '#base/errors.ts';
import { didYouMean } from '#core/workflow/nearest.ts';

export function agentNotFound(id: string, known: Iterable<string>): AppError {
  const names = Array.from(known);
  const message = `There is no agent \`${id}\`. ${didYouMean(id, names)}`.trim();
  return new AppError({ code: 'agent.notFound', message, details: { agent: id, known: names } });
}

/** No enabled agent fits; `wanted` says what was looked for: "the capability `x`". */
export function noAgentFor(wanted: string, name: string, known: Iterable<string>): AppError {
  const message = `No enabled agent has ${wanted}. ${didYouMean(name, known)}`.trim();
  return new AppError({ code: 'agent.notFound', message, details: { wanted: name } });
}

export function agentDisabled(id: string): AppError {
  return new AppError({
    code: 'agent.disabled',
    message: `Agent \`${id}\` is disabled. Enable it, or name another one.`,
    details: { agent: id },
  });
}

/** Its id is made of the letters and digits of its name. */
export function badAgentName(name: string): AppError {
  return new AppError({
    code: 'agent.badName',
    message: `No id can be made of "${name}": it needs a letter from a to z.`,
    details: { name },
  });
}

export function agentExists(id: string): AppError {
  return new AppError({ code: 'agent.exists', message: `There is an agent \`${id}\` already.`, details: { agent: id } });
}
