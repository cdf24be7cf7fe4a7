// sql.js on real files. sql.js keeps its database in memory; here the file imports of its WASM module are replaced through
// Emscripten's documented `instantiateWasm` hook, so SQLite's own journal works on the file. No patched code, nothing native.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import type { Database, InitSqlJsStatic, SqlJsStatic } from 'sql.js';
import { createFileImports, type Imports, toVirtualPath } from '#node/sqlite/fileImports.ts';
import { type FileHooks, HostFiles } from '#node/sqlite/hostFiles.ts';
import { type ImportName, IMPORTS, SQL_JS_VERSION, WASM_SHA256 } from '#node/sqlite/importTable.ts';
import { WasmMemory } from '#node/sqlite/wasmMemory.ts';

/** A loaded module of its own: databases opened from it share its memory and its open files. */
export interface MountedSql {
  readonly files: HostFiles;
  /** A database on a real file (created when missing), or in memory for null. */
  open(file: string | null): Database;
}

/** `sqlJs` is the absolute path of sql-wasm.js, with its .wasm beside it. Throws when the build is not the pinned one. */
export async function mountSqlJs(sqlJs: string, hooks: FileHooks = {}): Promise<MountedSql> {
  const binary = await readFile(sqlJs.replace(/\.js$/, '.wasm'));
  const hash = createHash('sha256').update(binary).digest('hex');
  if (hash !== WASM_SHA256) throw new Error(`sql.js at ${sqlJs} is not the pinned build of ${SQL_JS_VERSION} (sha256 ${hash})`);

  const module = await WebAssembly.compile(binary);
  const initSqlJs = await loadScript(sqlJs);
  const files = new HostFiles(hooks);
  const config = {
    // Not in the published types: leaves out extension functions that are deprecated and add to every open.
    useOldExtensionFunctions: false,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      done(instantiate(module, imports, files));
      return {};
    },
  };
  const sql = await initSqlJs(config);
  return { files, open: (file) => openDatabase(sql, file) };
}

/**
 * Runs sql-wasm.js as CommonJS whatever the package around it says, and without the module cache: sql.js allows one instance
 * per evaluated script.
 */
async function loadScript(sqlJs: string): Promise<InitSqlJsStatic> {
  const source = await readFile(sqlJs, 'utf8');
  const module = { exports: {} };
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const script = vm.compileFunction(source, names, { filename: sqlJs });
  Reflect.apply(script, undefined, [module, module.exports, createRequire(sqlJs), sqlJs, path.dirname(sqlJs)]);
  return module.exports as InitSqlJsStatic;
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports, files: HostFiles): WebAssembly.Instance {
  let memory: WebAssembly.Memory | null = null;
  const [[space, given] = ['', {}]] = Object.entries(imports);
  const originals = mapImports((name) => given[IMPORTS[name]] as Imports[ImportName]);
  const replaced = createFileImports(files, new WasmMemory(() => memory as WebAssembly.Memory), originals);
  const minified = Object.fromEntries(Object.entries(replaced).map(([name, run]) => [IMPORTS[name as ImportName], run]));
  const instance = new WebAssembly.Instance(module, { [space]: { ...given, ...minified } });
  memory = Object.values(instance.exports).find((value): value is WebAssembly.Memory => value instanceof WebAssembly.Memory) ?? null;
  return instance;
}

function mapImports(value: (name: ImportName) => Imports[ImportName]): Imports {
  return Object.fromEntries(Object.keys(IMPORTS).map((name) => [name, value(name as ImportName)])) as unknown as Imports;
}

/** sql.js names its file itself when constructed (`this.filename = 'dbfile_…'`); an accessor on the prototype puts ours there. */
function openDatabase(sql: SqlJsStatic, file: string | null): Database {
  if (file === null) return new sql.Database();
  const name = toVirtualPath(file);
  class FileDatabase extends sql.Database {
    override close(): void {
      try {
        super.close();
      } catch (error) {
        // After closing, sql.js unlinks its own in-memory file, which does not exist for a real one.
        if ((error as { name?: unknown } | null)?.name !== 'ErrnoError') throw error;
      }
    }
  }
  Object.defineProperty(FileDatabase.prototype, 'filename', { get: () => name, set() {} });
  return new FileDatabase();
}
