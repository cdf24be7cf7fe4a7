// The steps of a run as a person reads them: in the order in which they came up, inner ones under theirs.

interface Node {
  readonly path: string;
  readonly inner: Node[];
}

export class StepOrder {
  readonly #outer: Node[] = [];
  readonly #byPath = new Map<string, Node>();
  /** Null when a step came up since it was made. */
  #paths: readonly string[] | null = [];

  /** Each path after that of the step it belongs to. The same array until another step comes up. */
  get paths(): readonly string[] {
    if (this.#paths === null) {
      const paths: string[] = [];
      collect(this.#outer, paths);
      this.#paths = paths;
    }
    return this.#paths;
  }

  /** A step that was not there. One whose own step is unknown is left out. */
  add(path: string): void {
    const parent = parentOf(path);
    const siblings = parent === null ? this.#outer : this.#byPath.get(parent)?.inner;
    if (siblings === undefined) return;
    const node = { path, inner: [] };
    siblings.push(node);
    this.#byPath.set(path, node);
    this.#paths = null;
  }
}

/** How many steps it stands inside of. */
export function depthOf(path: string): number {
  return path.split('/').length - 1;
}

function collect(nodes: readonly Node[], paths: string[]): void {
  for (const { path, inner } of nodes) {
    paths.push(path);
    collect(inner, paths);
  }
}

function parentOf(path: string): string | null {
  const at = path.lastIndexOf('/');
  return at === -1 ? null : path.slice(0, at).replace(/(#\d+|\[\d+\])$/, '');
}
