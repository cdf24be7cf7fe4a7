// Every bundle. `node esbuild.mjs [--tests]`; tests build the in-host suites too.
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { writeSchemas } from './scripts/writeSchemas.mjs';
import { buildPages } from './scripts/buildPages.mjs';
import { copyGrammars } from './scripts/copyGrammars.mjs';

const require = createRequire(import.meta.url);
const withTests = process.argv.includes('--tests');

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });

const node = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  legalComments: 'none',
  logLevel: 'warning',
  minify: !process.argv.includes('--dev'),
};

// The core and the command line share chunks. `vscode` is not external here: a leak of the editor layer breaks the build.
await build({
  ...node,
  format: 'esm',
  splitting: true,
  keepNames: true,
  entryPoints: {
    cli: 'src/cli/main.ts',
    core: 'src/node/openWorkspace.ts',
    language: 'src/core/workflow/complete.ts',
    migrationLanguage: 'src/core/migration/complete.ts',
    storeWorker: 'src/node/sqlite/worker.ts',
    pageHost: 'src/core/pages/pageHost.ts',
    dashboardPage: 'src/protocol/pages/dashboard.ts',
    reviewPage: 'src/protocol/pages/review.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});

// Activation loads this file alone; the rest is imported when it is first needed.
const lazy = {
  '#node/openWorkspace.ts': './core.mjs',
  '#core/workflow/complete.ts': './language.mjs',
  '#core/migration/complete.ts': './migrationLanguage.mjs',
  '#core/pages/pageHost.ts': './pageHost.mjs',
  '#protocol/pages/dashboard.ts': './dashboardPage.mjs',
  '#protocol/pages/review.ts': './reviewPage.mjs',
};
await build({
  ...node,
  format: 'cjs',
  entryPoints: ['src/editor/extension.ts'],
  outfile: 'dist/extension.cjs',
  external: ['vscode'],
  plugins: [
    {
      name: 'core-is-loaded-lazily',
      setup(b) {
        b.onResolve({ filter: /^#/ }, ({ path: name, kind }) =>
          kind === 'dynamic-import' && lazy[name] ? { path: lazy[name], external: true } : undefined,
        );
      },
    },
  ],
});

await buildPages('dist/webview', { minify: node.minify });

// sql.js is loaded from its own files at run time, because its WASM imports are replaced.
await mkdir('dist/vendor', { recursive: true });
for (const file of ['sql-wasm.js', 'sql-wasm.wasm']) {
  await cp(path.join(path.dirname(require.resolve('sql.js')), file), `dist/vendor/${file}`);
}

// The structural rules: ast-grep and the grammars, the same for every platform (docs/decisions/0002-ast-grep-wasm.md).
await copyGrammars('dist/vendor/grammars');

if (withTests) {
  await rm('out/test', { recursive: true, force: true });
  const suites = (await readdir('test/host')).filter((file) => file.endsWith('.ts'));
  await build({
    ...node,
    minify: false,
    sourcemap: 'inline',
    format: 'cjs',
    entryPoints: suites.map((file) => `test/host/${file}`),
    outdir: 'out/test',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
  });
}

await writeSchemas('dist/schemas');
