// Completion in workflow and agent files, hover in workflow files. What may stand where is the core's knowledge; it is loaded with the first use.

import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import type { KnownForAgents } from '#core/agents/completeAgent.ts';
import type { Completion, KnownForEditor } from '#core/workflow/complete.ts';

const SELECTOR: vscode.DocumentSelector = { scheme: 'file', language: 'yaml', pattern: '**/*.cas.{yaml,yml}' };

const AGENTS: vscode.DocumentSelector = { scheme: 'file', language: 'markdown', pattern: '**/.cas/agents/*.md' };

const kinds: { readonly [K in Completion['kind']]: vscode.CompletionItemKind } = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  agent: vscode.CompletionItemKind.User,
  skill: vscode.CompletionItemKind.Function,
  workflow: vscode.CompletionItemKind.Module,
  step: vscode.CompletionItemKind.Reference,
  expression: vscode.CompletionItemKind.Variable,
};

/** Names the core knows now; agents say which skills there are. */
async function knownNames(editor: Editor): Promise<KnownForEditor> {
  const api = await editor.core.get();
  const [agents, workflows] = await Promise.all([api.call('agents.list'), api.call('workflows.list')]);
  const skills = new Map<string, string>();
  for (const { name, skills: own } of agents) {
    for (const skill of own) skills.set(skill, [skills.get(skill), name].filter(Boolean).join(', '));
  }
  return {
    agents: new Map(agents.map(({ id, role }) => [id, role])),
    skills,
    workflows: new Map(workflows.map(({ name, description }) => [name, description])),
  };
}

async function knownToAgents(editor: Editor): Promise<KnownForAgents> {
  const [{ allTools }, { skills }] = await Promise.all([import('#core/agents/tools/toolset.ts'), knownNames(editor)]);
  return { tools: new Map(allTools.map(({ id, description }) => [id, description])), skills };
}

function rangeOf(document: vscode.TextDocument, place: { readonly start: number; readonly end: number }): vscode.Range {
  return new vscode.Range(document.positionAt(place.start), document.positionAt(place.end));
}

function toItem(document: vscode.TextDocument, completion: Completion, order: number): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label: completion.label, description: completion.kind }, kinds[completion.kind]);
  item.insertText = completion.insert;
  item.range = rangeOf(document, completion);
  item.sortText = String(order).padStart(4, '0');
  if (completion.description) item.documentation = new vscode.MarkdownString(completion.description);
  return item;
}

export function contributeCompletion(editor: Editor): void {
  const items = {
    async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
      const { completionsAt } = await import('#core/workflow/complete.ts');
      const found = completionsAt(document.getText(), document.offsetAt(position), await knownNames(editor));
      return found.map((completion, order) => toItem(document, completion, order));
    },
  };
  const agentItems = {
    async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
      const { completionsInAgent } = await import('#core/agents/completeAgent.ts');
      const found = completionsInAgent(document.getText(), document.offsetAt(position), await knownToAgents(editor));
      return found.map((completion, order) => toItem(document, completion, order));
    },
  };
  const hovers = {
    async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
      const { hoverAt } = await import('#core/workflow/complete.ts');
      const hover = hoverAt(document.getText(), document.offsetAt(position));
      return hover && new vscode.Hover(new vscode.MarkdownString(hover.text), rangeOf(document, hover));
    },
  };
  editor.own(vscode.languages.registerCompletionItemProvider(SELECTOR, items, '.', ':', ' ', '[', '{'));
  editor.own(vscode.languages.registerCompletionItemProvider(AGENTS, agentItems, '.', ':', ' ', '[', '{', ','));
  editor.own(vscode.languages.registerHoverProvider(SELECTOR, hovers));
}
