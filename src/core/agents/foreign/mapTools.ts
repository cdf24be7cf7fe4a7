// Names of tools as other assistants write them, as ours. What has no counterpart is returned, to be told to a person.

const OURS: readonly (readonly [theirs: RegExp, ours: readonly string[]])[] = [
  [/^(read|notebookread|view|files?|read\/readfile)$/, ['files.read', 'files.list']],
  [/^(ls|glob|list(files)?|filesearch|findtestfiles|search\/filesearch|search\/listdirectory)$/, ['files.list']],
  [
    /^(grep|search|codebase|textsearch|searchresults|search\/(codebase|textsearch|searchresults))$/,
    ['files.search', 'files.list', 'files.read'],
  ],
  [/^(usages|search\/usages)$/, ['code.references', 'code.definitions']],
  [/^(edit|multiedit|write|notebookedit|editfiles|edit\/\w+|new)$/, ['files.edit', 'files.propose']],
  [/^(bash|execute|command|shell|terminal|runcommands|runinterminal|execute\/\w+)$/, ['shell.run']],
  [/^(runtests|testfailure|execute\/runtests)$/, ['tests.run']],
  [/^(problems|read\/problems)$/, ['code.diagnostics']],
  [/^(changes|search\/changes)$/, ['git.diff']],
  [/^(webfetch|fetch|web|web\/fetch|browser)$/, ['web.fetch']],
  [/^(websearch|web\/search)$/, ['web.search']],
  [/^(askuserquestion|vscode\/askquestions)$/, ['user.ask']],
  [/^(task|agent|runsubagent|agent\/runsubagent)$/, ['team.ask', 'team.delegate']],
  [/^(memory|vscode\/memory)$/, ['memory.read', 'memory.write']],
];

/** What an agent gets that names no tools: elsewhere that means all of them, here everything that runs nothing. */
export const READ_AND_PROPOSE: readonly string[] = [
  'files.list',
  'files.read',
  'files.search',
  'files.edit',
  'files.propose',
  'git.log',
  'git.diff',
  'git.blame',
  'code.symbols',
  'code.definitions',
  'code.references',
  'code.diagnostics',
];

export interface MappedTools {
  /** Ids of ours, each once. */
  readonly tools: readonly string[];
  readonly unmapped: readonly string[];
}

/** `known`: the ids there are here; a counterpart that is not among them counts as unmapped. */
export function mapTools(names: readonly string[], known: readonly string[]): MappedTools {
  const tools = new Set<string>();
  const unmapped: string[] = [];
  for (const name of names) {
    const ours = counterpartsOf(name).filter((id) => id.startsWith('mcp.') || known.includes(id));
    for (const id of ours) tools.add(id);
    if (ours.length === 0) unmapped.push(name);
  }
  return { tools: [...tools], unmapped };
}

function counterpartsOf(name: string): readonly string[] {
  const mcp = /^mcp__([\w-]+?)(?:__([\w-]+))?$/.exec(name) ?? /^([\w-]+)\/\*$/.exec(name);
  if (mcp) return [`mcp.${mcp[1]}${mcp[2] === undefined ? '' : `.${mcp[2]}`}`];
  // `Bash(git diff:*)` allows a part of a tool: ours asks for each command anyway.
  const plain = name.replace(/\(.*\)$/, '').toLowerCase();
  if (plain === '*') return READ_AND_PROPOSE; // All of them: as if it named none.
  return OURS.find(([theirs]) => theirs.test(plain))?.[1] ?? [];
}
