// The pages: scripts split by tab, one style sheet, and a font of the icons that are used.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import subsetFont from 'subset-font';
import { assertWithinBudgets, pageSizes } from './pageBudgets.mjs';

const PAGES = ['dashboard', 'migration', 'review'];

const require = createRequire(import.meta.url);

/** Writes `outdir`; gives the sizes of what went in, by name, gzipped. Throws above the budgets, which hold for what ships. */
export async function buildPages(outdir, { minify }) {
  const { metafile } = await build({
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: ['chrome122'],
    splitting: true,
    jsx: 'automatic',
    legalComments: 'none',
    logLevel: 'warning',
    minify,
    metafile: true,
    define: { 'process.env.NODE_ENV': minify ? '"production"' : '"development"' },
    entryPoints: Object.fromEntries(PAGES.map((page) => [page, `webview-ui/pages/${page}/main.tsx`])),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
  });
  const icons = await writeIconFont(outdir);
  const styles = await build({
    bundle: true,
    minify,
    write: false,
    logLevel: 'warning',
    entryPoints: PAGES.map((page) => `webview-ui/pages/${page}/${page}.css`),
    outdir,
    target: ['chrome122'],
  });
  for (const { path: file, text } of styles.outputFiles) await writeFile(path.join(outdir, path.basename(file)), `${icons}${text}`);
  const sizes = pageSizes(metafile, outdir);
  if (minify) assertWithinBudgets(sizes);
  return sizes;
}

/** Codicons whole are 43 KB; those in `icons.ts` are a few. Gives the rules that draw them. */
async function writeIconFont(outdir) {
  const names = [...(await readFile('webview-ui/components/icons.ts', 'utf8')).matchAll(/^ {2}'([a-z0-9-]+)',$/gm)].map(([, name]) => name);
  const codicons = path.dirname(require.resolve('@vscode/codicons/dist/codicon.css'));
  const css = await readFile(path.join(codicons, 'codicon.css'), 'utf8');
  const codes = new Map(
    [...css.matchAll(/\.codicon-([a-z0-9-]+):before \{ content: "\\([0-9a-f]+)"/g)].map(([, name, code]) => [name, code]),
  );
  const unknown = names.filter((name) => !codes.has(name));
  if (unknown.length > 0 || names.length === 0) throw new Error(`webview-ui/components/icons.ts: no such codicon: ${unknown.join(', ')}`);
  const text = names.map((name) => String.fromCodePoint(Number.parseInt(codes.get(name), 16))).join('');
  const font = await subsetFont(await readFile(path.join(codicons, 'codicon.ttf')), text, { targetFormat: 'woff2' });
  await writeFile(path.join(outdir, 'codicon.woff2'), font);
  const face = '@font-face{font-family:codicon;font-display:block;src:url(codicon.woff2) format("woff2")}';
  const base =
    '.codicon{font:normal 16px/1 codicon;display:inline-block;width:16px;height:16px;flex:none;text-rendering:auto;-webkit-font-smoothing:antialiased;user-select:none}';
  return [face, base, ...names.map((name) => `.codicon-${name}::before{content:"\\${codes.get(name)}"}`), ''].join('\n');
}
