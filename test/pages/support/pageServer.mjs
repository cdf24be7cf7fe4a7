// Serves the built pages on loopback, in the shell the editor serves them in.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { shellHtml } from '#core/pages/shellHtml.ts';
import { root } from '../../../scripts/vscodeHost.mjs';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2' };
const folder = path.join(root, 'dist', 'webview');
const TITLES = ['Live Status', 'Migration', 'Runs', 'Agents', 'Feedback', 'Metrics', 'Audit'];

/** @param {{ page?: string, texts?: Record<string, string>, locale?: string }} options which page; texts in another language */
export async function servePages({ page = 'dashboard', texts = {}, locale = 'en' } = {}) {
  const server = createServer((request, response) => {
    answer(request.url, { page, texts, locale, base: `http://127.0.0.1:${server.address().port}` }).then(
      ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

async function answer(url, { page, texts, locale, base }) {
  if (url === '/') {
    const shell = {
      page,
      asset: (name) => `${base}/${name}`,
      source: base,
      nonce: 'tested',
      title: 'CAS Dashboard',
      locale,
      texts,
      tabs: TITLES,
    };
    return { type: 'text/html; charset=utf-8', body: shellHtml(shell) };
  }
  if (url === '/favicon.ico') return { type: 'image/x-icon', body: '' };
  const file = path.join(folder, path.normalize(url));
  return { type: TYPES[path.extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
}
