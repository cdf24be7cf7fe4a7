// The Workflows view: what can be run. Problems of a file are marked by its native decoration.

import * as vscode from 'vscode';
import { dotted, plural } from '#base/figures.ts';
import type { NodeSpec } from '#editor/views/liveTree.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { WorkflowSummary } from '#protocol/workflow.ts';

const { t } = vscode.l10n;

export function stepCount(steps: number): string {
  return plural(steps, t('1 step'), t('{0} steps', steps));
}

/** `v7 · 8 steps`, or how many problems keep it from running. */
export function describeWorkflow(workflow: WorkflowSummary): string {
  const { length } = workflow.problems.filter(({ severity }) => severity === 'error');
  if (length > 0) return plural(length, t('1 problem'), t('{0} problems', length));
  return dotted(`v${workflow.version}`, stepCount(workflow.steps), workflow.needsModel && t('needs a model'));
}

export function workflowNodes(workflows: readonly WorkflowSummary[]): readonly NodeSpec[] {
  const sorted = [...workflows].sort((a, b) => b.source.localeCompare(a.source) || a.name.localeCompare(b.name));
  return sorted.map((workflow) => {
    const broken = workflow.problems.some(({ severity }) => severity === 'error');
    const source = workflow.source === 'built-in' ? t('Comes with CAS') : t('From this folder');
    return {
      id: `${workflow.source}/${workflow.name}`,
      label: workflow.name,
      description: describeWorkflow(workflow),
      tooltip: new vscode.MarkdownString(`${escapeMarkdown(workflow.description)}\n\n*${source}*`),
      icon: new vscode.ThemeIcon('type-hierarchy'),
      context: `workflow:${broken ? 'problems' : 'ok'}:${workflow.source}`,
      target: { kind: 'workflow', name: workflow.name, file: workflow.file },
      command: { command: 'cas.workflow.openYaml', title: t('Open YAML'), arguments: [{ file: workflow.file }] },
      ...(workflow.source === 'workspace' && { resource: vscode.Uri.file(workflow.file) }),
    };
  });
}
