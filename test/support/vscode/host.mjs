// One throw-away VS Code: a server with its own profile, and a browser window on it. Loopback only.
import { execFile, spawn } from 'node:child_process';
import { cpSync, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { prepareHost } from '../../../scripts/vscodeHost.mjs';
import { installLanguagePack } from './languagePack.mjs';
import { launchBrowser } from '../browser.mjs';
import { PATIENCE_MS } from '../patience.ts';

const run = promisify(execFile);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.editor.enablePreview': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'window.dialogStyle': 'custom',
  'files.hotExit': 'off',
  'files.autoSave': 'off',
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });
}

/** Socket paths end at 107 bytes, so the folder's name is short. */
function makeProfile(settings) {
  const folder = mkdtempSync(path.join(process.platform === 'linux' ? '/tmp' : tmpdir(), 'casvs-'));
  const sub = (name) => {
    const full = path.join(folder, name);
    mkdirSync(full, { recursive: true });
    return full;
  };
  const profile = {
    folder,
    home: sub('home'),
    tmp: sub('t'),
    data: sub('data'),
    extensions: sub('ext'),
    workspace: sub('ws'),
    config: path.join(folder, 'config.yaml'),
  };
  sub('data/User');
  writeFileSync(path.join(profile.data, 'User/settings.json'), JSON.stringify({ ...QUIET, ...settings }, null, 1));
  return profile;
}

function hostEnvironment(profile, extra) {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|PORT$|ANTHROPIC_|OPENAI_|GEMINI_|GOOGLE_API_KEY$|CAS_OPENAI_|CAS_GEMINI_)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: profile.home,
    XDG_CONFIG_HOME: `${profile.home}/.config`,
    XDG_DATA_HOME: `${profile.home}/.local/share`,
    TMPDIR: profile.tmp,
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }),
    VSCODE_SKIP_BUILTIN_EXTENSIONS: 'github.copilot-chat',
    ...extra,
  };
}

const installed = new Map();

/** A folder with this package as the editor installed it; made once in a process, since that takes a while. */
function installedPackage(tools, file) {
  if (!installed.has(file)) installed.set(file, installPackage(tools, file));
  return installed.get(file);
}

async function installPackage(tools, file) {
  const profile = makeProfile({});
  process.once('exit', () => rmSync(profile.folder, { recursive: true, force: true }));
  const folders = ['--config', profile.config, '--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
  await run(tools.node, [tools.entry, ...folders, '--install-extension', file, '--force'], { env: hostEnvironment(profile, {}) });
  return profile.extensions;
}

async function untilHealthy(base, child, logFile) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${base}/healthz`).catch(() => null); // not listening yet: asked again
    if (answer?.ok) return;
    await wait(100);
  }
  throw new Error(`The editor's server did not start; its log is ${logFile}.`);
}

/**
 * Starts a server with a fresh profile. The caller ends it with `stop()`; a crash of this process ends it too.
 * @param {{ settings?: object, trust?: boolean, vsix?: string, extensions?: { id: string, from: string }[], env?: Record<string, string>,
 *   workspace?: string, automation?: boolean, locale?: string }} options `trust`: workspace trust is asked for, so folders open in Restricted Mode;
 *   `automation`: the driver the in-host tests need (it hides toasts)
 */
export async function startHost(options = {}) {
  const tools = await prepareHost();
  const profile = makeProfile(options.settings);
  const env = hostEnvironment(profile, options.env);
  const base = ['--config', profile.config, '--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
  for (const { id, from } of options.extensions ?? []) cpSync(from, path.join(profile.extensions, id), { recursive: true });
  if (options.vsix) cpSync(await installedPackage(tools, options.vsix), profile.extensions, { recursive: true });

  const port = await freePort();
  const flags = [
    '--auth',
    'none',
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--disable-proxy',
  ];
  if (!options.trust) flags.push('--disable-workspace-trust');
  if (options.locale) {
    installLanguagePack(profile, options.locale);
    flags.push('--locale', options.locale);
  }
  if (options.automation) flags.push('--vscode-option', 'enable-smoke-test-driver');
  const workspace = options.workspace ?? profile.workspace;
  const child = spawn(tools.node, [tools.entry, ...base, ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: workspace,
    env,
  });
  const logFile = path.join(profile.folder, 'server.log');
  const log = createWriteStream(logFile);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const end = (signal) => {
    if (child.pid === undefined) return; // it never started
    try {
      process.kill(-child.pid, signal);
    } catch {
      // the group is gone already, which is what is wanted
    }
  };
  const atExit = () => {
    end('SIGKILL');
    rmSync(profile.folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const stop = async () => {
    end('SIGTERM');
    await Promise.race([exited, wait(5000)]);
    await wait(200);
    end('SIGKILL'); // the extension host and the pty host, if they outlived the server
    process.off('exit', atExit);
    log.end();
    rmSync(profile.folder, { recursive: true, force: true, maxRetries: 5 });
  };

  const url = `http://127.0.0.1:${port}`;
  try {
    await untilHealthy(url, child, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...profile, workspace, url, port, logFile, chromium: tools.chromium, stop };
}

/** The workbench's address for the host's folder; `payload` is what desktop VS Code takes as command line options. */
export function workbenchUrl(host, payload = []) {
  const extra = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : '';
  return `${host.url}/?folder=${encodeURIComponent(host.workspace)}${extra}`;
}

/** A file of this machine as the window's remote file system names it. */
export function remoteUri(host, file) {
  return `vscode-remote://127.0.0.1:${host.port}${file}`;
}

/** A browser that can reach nothing but loopback; its profile is in the host's folder. */
export function startBrowser(host) {
  return launchBrowser(host);
}
