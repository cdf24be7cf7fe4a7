// Our conversation as the editor's language model interface takes it.

import * as vscode from 'vscode';
import type { ChatMessage, ChatPart, ModelRequest } from '#core/llm/provider.ts';

/** There is no system role: what it would say comes first, as the user's. */
export function editorMessages(request: ModelRequest): vscode.LanguageModelChatMessage[] {
  const system = request.system === '' ? [] : [vscode.LanguageModelChatMessage.User(request.system)];
  return [...system, ...request.messages.map(messageOf)];
}

function messageOf({ role, parts }: ChatMessage): vscode.LanguageModelChatMessage {
  return role === 'user'
    ? vscode.LanguageModelChatMessage.User(parts.flatMap(userPart))
    : vscode.LanguageModelChatMessage.Assistant(parts.flatMap(assistantPart));
}

function userPart(part: ChatPart): (vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart)[] {
  if (part.kind === 'text') return [new vscode.LanguageModelTextPart(part.text)];
  if (part.kind !== 'toolResult') return [];
  const text = part.isError ? `Error: ${part.text}` : part.text;
  return [new vscode.LanguageModelToolResultPart(part.id, [new vscode.LanguageModelTextPart(text)])];
}

function assistantPart(part: ChatPart): (vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart)[] {
  if (part.kind === 'text') return [new vscode.LanguageModelTextPart(part.text)];
  return part.kind === 'toolCall' ? [new vscode.LanguageModelToolCallPart(part.id, part.name, part.args)] : [];
}

/** One tool can be required and no other way leads there, so a forced tool is the only one that is offered. */
export function editorOptions({ tools, toolChoice }: ModelRequest): vscode.LanguageModelChatRequestOptions {
  const offered = toolChoice === 'auto' ? tools : tools.filter(({ name }) => name === toolChoice.name);
  return {
    justification: vscode.l10n.t('CAS asks for the agents of your workflow.'),
    tools: offered.map(({ name, description, parameters }) => ({ name, description, inputSchema: parameters })),
    toolMode: toolChoice === 'auto' ? vscode.LanguageModelChatToolMode.Auto : vscode.LanguageModelChatToolMode.Required,
  };
}
