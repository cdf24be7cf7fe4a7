// A tree drawn from plain descriptions. An update redraws only the nodes whose description changed,
// so selection, expansion and a hover survive.

import * as vscode from 'vscode';

/** What a node stands for; commands receive the node and read this. */
export type NodeTarget =
  | { readonly kind: 'agent'; readonly id: string; readonly file: string }
  | { readonly kind: 'workflow'; readonly name: string; readonly file: string }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'proposal'; readonly id: string }
  | { readonly kind: 'proposalFile'; readonly id: string; readonly path: string };

export interface NodeSpec {
  /** Unique in its tree; expansion and selection follow it. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly tooltip?: string | vscode.MarkdownString;
  readonly icon?: vscode.ThemeIcon;
  /** Gives the file icon, where `icon` is ThemeIcon.File, and the file's decorations. */
  readonly resource?: vscode.Uri;
  readonly context?: string;
  readonly command?: vscode.Command;
  readonly checked?: boolean;
  readonly target?: NodeTarget;
  /** The row in one breath, for screen readers. Default: label and description. */
  readonly spoken?: string;
  readonly open?: 'collapsed' | 'expanded';
  readonly children?: readonly NodeSpec[] | (() => Promise<readonly NodeSpec[]>);
  /** With children that are read when unfolded: they are read again when this changes. */
  readonly revision?: string | number;
}

/** A node as VS Code holds it: stays the same object while its description changes. */
export class LiveNode {
  spec: NodeSpec;
  readonly parent: LiveNode | null;

  constructor(spec: NodeSpec, parent: LiveNode | null) {
    this.spec = spec;
    this.parent = parent;
  }
}

function face({ id, label, description, tooltip, icon, resource, context, command, checked, spoken, revision }: NodeSpec): string {
  const hover = tooltip instanceof vscode.MarkdownString ? tooltip.value : tooltip;
  const glyph = icon ? [icon.id, icon.color?.id] : null;
  return JSON.stringify([
    id,
    label,
    description,
    hover,
    glyph,
    resource?.toString(),
    context,
    command?.arguments,
    checked,
    spoken,
    revision,
  ]);
}

function toTreeItem(spec: NodeSpec, unfolded: boolean): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const open = unfolded ? state.Expanded : state.Collapsed;
  const item = new vscode.TreeItem(spec.label, spec.children ? open : state.None);
  item.id = spec.id;
  item.description = spec.description ?? '';
  item.tooltip = spec.tooltip ?? (spec.description ? `${spec.label}\n${spec.description}` : spec.label);
  if (spec.icon) item.iconPath = spec.icon;
  if (spec.resource) item.resourceUri = spec.resource;
  if (spec.context) item.contextValue = spec.context;
  if (spec.command) item.command = spec.command;
  if (spec.checked !== undefined) {
    const box = vscode.TreeItemCheckboxState;
    item.checkboxState = spec.checked ? box.Checked : box.Unchecked;
  }
  item.accessibilityInformation = { label: spec.spoken ?? [spec.label, spec.description].filter(Boolean).join(', ') };
  return item;
}

export class LiveTree implements vscode.TreeDataProvider<LiveNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<LiveNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #children = new Map<LiveNode | null, readonly LiveNode[]>();
  readonly #unfolded = new Map<string, boolean>();
  #drawn: () => void = () => {};
  readonly #firstUpdate = new Promise<void>((resolve) => {
    this.#drawn = resolve;
  });

  /** Shows `specs`; nodes that look as before are left alone. */
  update(specs: readonly NodeSpec[]): void {
    const redraw: LiveNode[] = [];
    const whole = this.#merge(null, specs, redraw);
    this.#drawn();
    if (whole) this.#changed.fire(undefined);
    else if (redraw.length > 0) this.#changed.fire(redraw);
  }

  getTreeItem(node: LiveNode): vscode.TreeItem {
    return toTreeItem(node.spec, this.#unfolded.get(node.spec.id) ?? node.spec.open === 'expanded');
  }

  getParent(node: LiveNode): LiveNode | null {
    return node.parent;
  }

  /** The roots wait for the first update: the view shows its own progress until then. */
  async getChildren(node?: LiveNode): Promise<LiveNode[]> {
    if (!node) {
      await this.#firstUpdate;
      return [...(this.#children.get(null) ?? [])];
    }
    const { children } = node.spec;
    if (typeof children === 'function') this.#merge(node, await children(), []);
    return [...(this.#children.get(node) ?? [])];
  }

  /** Remembers what the person folded, so that a node which moves to another parent stays as it was. */
  folded(node: LiveNode, unfolded: boolean): void {
    this.#unfolded.set(node.spec.id, unfolded);
  }

  /** A node that was drawn, by what it stands for. */
  find(matches: (target: NodeTarget) => boolean): LiveNode | null {
    for (const nodes of this.#children.values()) {
      const found = nodes.find(({ spec }) => spec.target && matches(spec.target));
      if (found) return found;
    }
    return null;
  }

  dispose(): void {
    this.#drawn();
    this.#changed.dispose();
  }

  /** True when the set or order of `parent`'s children is another than before; else `redraw` gets those that look different. */
  #merge(parent: LiveNode | null, specs: readonly NodeSpec[], redraw: LiveNode[]): boolean {
    const before = this.#children.get(parent) ?? [];
    const known = new Map(before.map((node) => [node.spec.id, node]));
    const after = specs.map((spec) => known.get(spec.id) ?? new LiveNode(spec, parent));
    const same = before.length === after.length && before.every((node, index) => node === after[index]);
    for (const gone of before) if (!after.includes(gone)) this.#forget(gone);
    this.#children.set(parent, after);
    after.forEach((node, index) => {
      const spec = specs[index] as NodeSpec;
      const changed = face(node.spec) !== face(spec);
      node.spec = spec;
      const regrown = Array.isArray(spec.children) && this.#merge(node, spec.children as readonly NodeSpec[], redraw);
      if (changed || regrown) redraw.push(node);
    });
    return !same;
  }

  #forget(node: LiveNode): void {
    for (const child of this.#children.get(node) ?? []) this.#forget(child);
    this.#children.delete(node);
  }
}
