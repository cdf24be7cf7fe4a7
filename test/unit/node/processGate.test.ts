import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ProcessGate, ProcessRequest } from '#core/ports.ts';
import { probeBubblewrap } from '#node/ports/bubblewrap.ts';
import { createProcessGate, type ProcessGateOptions } from '#node/ports/processGate.ts';
import { pathFolders } from '#node/ports/toolchains.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const NO_SANDBOX = (): Promise<string> => Promise.resolve('no sandbox in this test');

/** Living processes whose command line contains `text`. */
function processesWith(text: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false; // Ended between the two reads.
    }
  });
}

describe('the process gate', () => {
  const folder = temporaryFolders();

  function gate(cwd: string, options: Partial<ProcessGateOptions> = {}): ProcessGate {
    const base = { trusted: () => true, unsandboxed: () => 'refuse' as const, howToAllow: 'pass --allow-unsandboxed', ownFolders: [cwd] };
    return createProcessGate({ ...base, ...options });
  }

  describe('the policy', () => {
    it('refuses everything in an untrusted workspace, sandbox or not', async () => {
      const cwd = folder();
      const closed = gate(cwd, { trusted: () => false, unsandboxed: () => 'allow' });
      assert.equal((await closed.policy()).kind, 'refused');
      await assert.rejects(closed.run({ argv: ['true'], cwd, timeoutMs: 1000 }), { code: 'process.refused', message: /not trusted/ });
    });

    it('refuses without a sandbox and says why and what to do', async () => {
      const cwd = folder();
      const closed = gate(cwd, { probe: NO_SANDBOX });
      const policy = await closed.policy();
      assert.equal(policy.kind, 'refused');
      assert.match(policy.kind === 'refused' ? policy.reason : '', /no sandbox in this test\. .*pass --allow-unsandboxed\.$/);
      await assert.rejects(closed.run({ argv: ['true'], cwd, timeoutMs: 1000 }), { code: 'process.refused' });
    });

    it('asks again each time, so an approval counts at once', async () => {
      let answer: 'allow' | 'refuse' = 'refuse';
      const asked = gate(folder(), { probe: NO_SANDBOX, unsandboxed: () => answer });
      assert.equal((await asked.policy()).kind, 'refused');
      answer = 'allow';
      assert.equal((await asked.policy()).kind, 'unsandboxed');
    });

    it('tries the sandbox once', async () => {
      let tries = 0;
      const counted = gate(folder(), { probe: () => Promise.resolve((tries += 1) > 0 ? null : 'x') });
      await Promise.all([counted.policy(), counted.policy()]);
      assert.deepEqual(await counted.policy(), { kind: 'sandboxed' });
      assert.equal(tries, 1);
    });

    it('says that bubblewrap is not installed where it is not', async () => {
      assert.match((await probeBubblewrap([folder()])) ?? '', process.platform === 'linux' ? /not installed/ : /no sandbox/);
    });

    it('says what bubblewrap said where it is installed and does not work', async () => {
      const bin = folder({ bwrap: '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n' });
      chmodSync(join(bin, 'bwrap'), 0o755);
      assert.match((await probeBubblewrap([bin])) ?? '', /does not work here \(bwrap: setting up uid map: Permission denied\)/);
    });

    it('passes over what stands on PATH and is no folder', async () => {
      const cwd = folder({ file: '' });
      const env = {
        PATH: ['/no/such/folder', join(cwd, 'file'), `/${'n'.repeat(300)}`, 'relative', '', '/usr/bin', '/bin'].join(':'),
        HOME: cwd,
      };
      const result = await gate(cwd, { env, probe: NO_SANDBOX, unsandboxed: () => 'allow' }).run({ argv: ['true'], cwd, timeoutMs: 5000 });
      assert.equal(result.exitCode, 0);
    });

    it('runs nothing outside scratch copies and own folders', async () => {
      const cwd = folder();
      await assert.rejects(gate(cwd).run({ argv: ['true'], cwd: folder(), timeoutMs: 1000 }), { code: 'process.refused' });
      await assert.rejects(gate(cwd).run({ argv: ['true'], cwd: '.', timeoutMs: 1000 }), { code: 'process.refused' });
    });
  });

  const modes = [
    { mode: 'in bubblewrap', sandbox: 'bubblewrap', options: {} },
    { mode: 'without a sandbox', sandbox: 'none', options: { probe: NO_SANDBOX, unsandboxed: () => 'allow' as const } },
  ];
  for (const { mode, sandbox, options } of modes) {
    describe(mode, () => {
      before(async function () {
        const trouble = sandbox === 'none' ? null : await probeBubblewrap(pathFolders(process.env));
        if (trouble === null) return;
        console.warn(`pending: commands in bubblewrap, because ${trouble}`);
        this.skip();
      });

      const run = (cwd: string, script: string, more: Partial<ProcessRequest> = {}): ReturnType<ProcessGate['run']> =>
        gate(cwd, options).run({ argv: ['sh', '-c', script], cwd, timeoutMs: 15_000, ...more });

      it('gives output, exit code and sandbox', async () => {
        const result = await run(folder(), 'echo out; echo err >&2; exit 3');
        assert.deepEqual(
          { ...result, durationMs: 0 },
          {
            exitCode: 3,
            stdout: 'out\n',
            stderr: 'err\n',
            timedOut: false,
            truncatedBytes: 0,
            durationMs: 0,
            sandbox,
          },
        );
      });

      it('passes arguments as they are', async () => {
        const cwd = folder();
        const odd = ['', ' ', '$(id)', '"', "'", '*', '\n', '-x', 'ü'];
        const argv = ['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd] as const;
        const { stdout } = await gate(cwd, options).run({ argv, cwd, timeoutMs: 15_000 });
        assert.deepEqual(JSON.parse(stdout), odd);
      });

      it('finds node, npm, git and python as the host does', async () => {
        const cwd = folder();
        const names = ['node', 'npm', 'git', 'python3'].filter((name) =>
          pathFolders(process.env).some((path) => existsSync(join(path, name))),
        );
        const { stdout, stderr } = await run(cwd, names.map((name) => `${name} --version >/dev/null && echo ${name}`).join('; '));
        assert.deepEqual(stdout.trim().split('\n'), names, stderr);
      });

      it('gives a clean environment', async () => {
        process.env['CANARY_API_KEY'] = 'canary-4711';
        try {
          const { stdout } = await run(folder(), 'env', { env: { ADDED: 'yes' } });
          assert.doesNotMatch(stdout, /canary/i);
          for (const line of ['CI=1', 'NO_COLOR=1', 'ADDED=yes', 'npm_config_offline=true'])
            assert.ok(stdout.split('\n').includes(line), line);
        } finally {
          delete process.env['CANARY_API_KEY'];
        }
      });

      it('keeps head and tail of huge output and counts the rest', async () => {
        const result = await run(folder(), 'printf start; head -c 3000000 /dev/zero | tr "\\0" x; printf end', { maxOutputBytes: 1000 });
        assert.equal(result.truncatedBytes, 3_000_008 - 1000);
        assert.ok(result.stdout.startsWith('startx') && result.stdout.endsWith('xend'));
        assert.match(result.stdout, /… 2999008 bytes left out …/);
      });

      it('streams output while the command runs', async () => {
        const chunks: string[] = [];
        await run(folder(), 'echo ä; echo b >&2', { onOutput: (chunk) => chunks.push(chunk) });
        assert.deepEqual(chunks.join('').split('').sort().join('').trim(), 'bä');
      });

      it('ends a tree that ignores SIGTERM and leaves its group, at the time limit', async () => {
        const cwd = folder();
        const name = `tree-${process.pid}-${sandbox}`;
        writeFileSync(
          join(cwd, `${name}.sh`),
          'trap "" TERM\necho here\n[ "$1" -gt 0 ] && for i in 1 2; do setsid sh "$0" $(($1 - 1)) & sh "$0" $(($1 - 1)) & done\nwhile :; do sleep 1; done\n',
        );
        const result = await run(cwd, `sh ./${name}.sh 2`, { timeoutMs: 2_000 });
        assert.deepEqual([result.timedOut, result.exitCode], [true, null]);
        assert.match(result.stdout, /^(here\n){1,21}$/);
        assert.deepEqual(processesWith(name), []);
      });

      it('stops within 200 ms of an abort that finds the command willing, and leaves nothing', async () => {
        const controller = new AbortController();
        const name = `sleeper-${process.pid}-${sandbox}`;
        const running = run(folder(), `echo go; exec -a ${name} sleep 60`, {
          signal: controller.signal,
          onOutput: () => controller.abort(),
          argv: ['bash', '-c', `echo go; exec -a ${name} sleep 60`],
        });
        await assert.rejects(running, { name: 'AbortError' });
        assert.deepEqual(processesWith(name), []);
      });

      it('does not start when the signal has fired already', async () => {
        const cwd = folder();
        await assert.rejects(run(cwd, 'touch started', { signal: AbortSignal.abort() }), { name: 'AbortError' });
        assert.deepEqual(readdirSync(cwd), []);
      });

      it('ends what a command leaves in the background, and does not wait for it', async () => {
        const name = `daemon-${process.pid}-${sandbox}`;
        const cwd = folder({ [`${name}.sh`]: 'trap "" TERM HUP\nwhile :; do sleep 1; done\n' });
        const result = await run(cwd, `setsid sh ./${name}.sh & echo started`);
        assert.deepEqual([result.exitCode, result.stdout.trim()], [0, 'started']);
        assert.deepEqual(processesWith(name), []);
      });

      it('survives a bomb of processes until the time limit', async () => {
        const name = `bomb-${process.pid}-${sandbox}`;
        // Bounded at 400 so that a fault here does not take the machine along.
        const cwd = folder({
          [`${name}.sh`]: 'trap "" TERM\ni=0; while [ $i -lt 400 ]; do sleep 60 & i=$((i+1)); done; while :; do sleep 60; done\n',
        });
        const result = await run(cwd, `sh ./${name}.sh`, { timeoutMs: 500 });
        assert.equal(result.timedOut, true);
        assert.deepEqual(processesWith(name), []);
      });

      it('says which program is missing', async () => {
        const cwd = folder();
        await assert.rejects(gate(cwd, options).run({ argv: ['no-such-program'], cwd, timeoutMs: 1000 }), {
          code: 'process.notFound',
          message: 'The program "no-such-program" is not installed.',
        });
      });
    });
  }

  describe('the sandbox', () => {
    before(async function () {
      const trouble = await probeBubblewrap(pathFolders(process.env));
      if (trouble === null) return;
      console.warn(`pending: what the sandbox hides, because ${trouble}`);
      this.skip();
    });

    const run = (cwd: string, script: string, more: Partial<ProcessRequest> = {}): ReturnType<ProcessGate['run']> =>
      gate(cwd).run({ argv: ['sh', '-c', script], cwd, timeoutMs: 15_000, ...more });

    it('lets a command write in its own tree and nowhere else', async () => {
      const cwd = folder();
      const outside = folder({ secret: 'canary-4711' });
      const { stdout, stderr } = await run(
        cwd,
        `echo x > mine; cat ${outside}/secret; echo x > ${outside}/new; echo x > /usr/new; echo x > /etc/new`,
      );
      assert.equal(readFileSync(join(cwd, 'mine'), 'utf8'), 'x\n');
      assert.doesNotMatch(stdout, /canary/);
      assert.deepEqual(readdirSync(outside), ['secret']);
      assert.match(stderr, /Read-only file system/);
    });

    it('gives an empty HOME and /tmp that are gone afterwards', async () => {
      const name = `.canary-${process.pid}`;
      const path = join(homedir(), name);
      writeFileSync(path, 'canary-4711');
      try {
        const { stdout } = await run(folder(), `cat ~/${name}; echo x > ~/new-${name}; echo x > /tmp/new-${name}; echo done`);
        assert.equal(stdout, 'done\n');
        assert.equal(existsSync(join(homedir(), `new-${name}`)) || existsSync(`/tmp/new-${name}`), false);
      } finally {
        rmSync(path);
      }
    });

    it('has no network, not even to this machine', async () => {
      const server = createServer((socket) => socket.end('hello'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const connect = `require('net').connect(${port}, '127.0.0.1').on('data', (d) => console.log(String(d))).on('error', (e) => console.log(e.code))`;
      const cwd = folder();
      const argv = ['node', '-e', connect] as const;
      const closed = await gate(cwd).run({ argv, cwd, timeoutMs: 15_000 });
      const open = await gate(cwd).run({ argv, cwd, timeoutMs: 15_000, network: true });
      server.close();
      assert.deepEqual([closed.stdout.trim(), open.stdout.trim()], ['ECONNREFUSED', 'hello']);
    });

    it('sees no process of the host and cannot mount', async () => {
      const { stdout } = await run(folder(), 'ls /proc | grep -c "^[0-9]"; mount -t tmpfs none /usr 2>/dev/null || echo refused');
      const [processes, mount] = stdout.trim().split('\n');
      assert.ok(Number(processes) < 10, stdout);
      assert.equal(mount, 'refused');
    });

    it('shows the folders it is asked to, read-only', async () => {
      const shown = folder({ 'a.txt': 'shown' });
      const { stdout } = await run(folder(), `cat ${shown}/a.txt; echo x > ${shown}/b.txt || echo " refused"`, { readOnly: [shown] });
      assert.equal(stdout, 'shown refused\n');
    });

    it('finds a program that is installed outside the system folders', async () => {
      const prefix = mkdtempSync(join(homedir(), 'cas-test-tools-'));
      try {
        mkdirSync(join(prefix, 'bin'));
        mkdirSync(join(prefix, 'lib'));
        writeFileSync(join(prefix, 'bin', 'node'), `#!/bin/sh\ncat "${prefix}/lib/version"\n`, { mode: 0o755 });
        writeFileSync(join(prefix, 'lib', 'version'), 'own node');
        const cwd = folder();
        const own = gate(cwd, { env: { PATH: `${prefix}/bin:/usr/bin:/bin`, HOME: homedir() } });
        assert.equal((await own.run({ argv: ['node'], cwd, timeoutMs: 15_000 })).stdout, 'own node');
      } finally {
        rmSync(prefix, { recursive: true });
      }
    });

    it('gives a variable that loads code to the command alone, not to what keeps the sandbox', async () => {
      const cwd = folder({ 'evil.so': 'no library' });
      const env = { LD_PRELOAD: `${folder({ 'outside.so': 'no library' })}/outside.so`, LD_AUDIT: './evil.so', PLAIN: 'yes' };
      const { stdout, stderr } = await run(cwd, 'echo "$LD_PRELOAD $LD_AUDIT $PLAIN"', { env });
      assert.equal(stdout, `${env.LD_PRELOAD} ./evil.so yes\n`);
      // Where there is such a file it would be "file too short" or "invalid ELF header"; in the sandbox there is none.
      assert.match(stderr, /outside\.so.*cannot open shared object file/);
      assert.doesNotMatch(stderr, /outside\.so.*(?:too short|ELF)/);
    });

    it('has ended when its command has, with what threw off its name, its streams and its environment', async () => {
      const name = `stray-${process.pid}`;
      const cwd = folder({ [`${name}.sh`]: 'trap "" TERM HUP INT\nwhile :; do sleep 1; done\n' });
      for (let round = 0; round < 3; round += 1) {
        const result = await run(cwd, `env -i setsid sh ./${name}.sh >/dev/null 2>&1 </dev/null & echo started`);
        assert.deepEqual([result.exitCode, result.stdout, processesWith(name)], [0, 'started\n', []]);
      }
    });
  });
});
