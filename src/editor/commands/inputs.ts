// Asks for a workflow's inputs one by one, each checked as it is typed.

import * as vscode from 'vscode';
import type { Json, JsonObject } from '#base/json.ts';
import type { InputSpec } from '#protocol/workflow.ts';

const { t } = vscode.l10n;

type Parsed = { readonly value: Json } | { readonly problem: string };

function parseStructured(text: string, type: 'array' | 'object'): Parsed {
  const problem = type === 'array' ? t('Write a JSON array, such as ["a", "b"].') : t('Write a JSON object, such as {"a": 1}.');
  try {
    const value = JSON.parse(text) as Json;
    const fits = type === 'array' ? Array.isArray(value) : typeof value === 'object' && value !== null && !Array.isArray(value);
    return fits ? { value } : { problem };
  } catch {
    return { problem }; // the parser's own words say less to a person than the example
  }
}

/** Reads what was typed as the input's type. */
export function parseInput(spec: InputSpec, text: string): Parsed {
  if (text.trim() === '' && spec.required) return { problem: t('A value is needed.') };
  if (spec.type === 'string') return { value: text };
  if (spec.type === 'boolean') return { value: text === 'true' };
  if (spec.type !== 'number') return parseStructured(text, spec.type);
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? { value } : { problem: t('Write a number.') };
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

interface ValueItem extends vscode.QuickPickItem {
  readonly value: Json;
}

async function pickValue(spec: InputSpec, values: readonly Json[], title: string): Promise<Parsed | null> {
  const items: ValueItem[] = values.map((value) => ({
    label: shown(value),
    value,
    ...(value === spec.default && { description: t('default') }),
  }));
  items.sort((a, b) => Number(b.value === spec.default) - Number(a.value === spec.default));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: spec.description || spec.name, ignoreFocusOut: true });
  return picked ? { value: picked.value } : null;
}

async function typeValue(spec: InputSpec, title: string): Promise<Parsed | null> {
  const optional = !spec.required && spec.default === undefined;
  const text = await vscode.window.showInputBox({
    title,
    prompt: [spec.description, optional && t('Leave empty to skip.')].filter(Boolean).join(' '),
    value: shown(spec.default),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      if (typed.trim() === '' && !spec.required) return null;
      const parsed = parseInput(spec, typed);
      return 'problem' in parsed ? parsed.problem : null;
    },
  });
  if (text === undefined) return null;
  if (text.trim() === '' && !spec.required) return { problem: '' };
  return parseInput(spec, text);
}

/** When nothing must be given: one choice between the defaults, shown, and going through all. Null when the person stopped. */
async function wantsDefaults(workflow: string, specs: readonly InputSpec[]): Promise<boolean | null> {
  if (specs.some(({ required, default: value }) => required && value === undefined)) return false;
  const defaults = specs.filter(({ default: value }) => value !== undefined).map((spec) => `${spec.name}: ${shown(spec.default)}`);
  const items = [
    { label: t('Run with defaults'), detail: defaults.join(', '), defaults: true },
    { label: t('Set inputs…'), detail: specs.map(({ name }) => name).join(', '), defaults: false },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: workflow, ignoreFocusOut: true });
  return picked ? picked.defaults : null;
}

/** Null when the person stopped. Inputs left empty are not in the result, so their defaults hold. */
export async function askInputs(workflow: string, specs: readonly InputSpec[]): Promise<JsonObject | null> {
  if (specs.length === 0) return {};
  const defaults = await wantsDefaults(workflow, specs);
  if (defaults === null) return null;
  if (defaults) return {};
  const values: Record<string, Json> = {};
  for (const [index, spec] of specs.entries()) {
    const title = t('{0}: {1} ({2} of {3})', workflow, spec.name, index + 1, specs.length);
    const choices = spec.enum ?? (spec.type === 'boolean' ? [true, false] : null);
    const answer = choices ? await pickValue(spec, choices, title) : await typeValue(spec, title);
    if (!answer) return null;
    if ('value' in answer) values[spec.name] = answer.value;
  }
  return values;
}
