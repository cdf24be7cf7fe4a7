// A headless browser that can reach nothing but loopback.
import { chromium as launcher } from 'playwright-core';

/** `home` and `tmp`: where it may write. */
export function launchBrowser({ chromium, home, tmp }) {
  return launcher.launch({
    executablePath: chromium,
    headless: true,
    env: { ...process.env, HOME: home, TMPDIR: tmp },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}
