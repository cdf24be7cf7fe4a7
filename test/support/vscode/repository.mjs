// A small real repository with history, three authors and known defects, for the tests in a real editor.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Two defects with a mechanical fix, far enough apart to be two hunks, and one in a file with CRLF line ends. */
export const PRICES = `// Prices are in cents.

export function parsePrice(text) {
  const cents = parseInt(text);
  return Number.isNaN(cents) ? null : cents;
}

export function addTax(cents, percent) {
  return Math.round(cents * (1 + percent / 100));
}

export function total(prices) {
  let sum = 0;
  for (const price of prices) {
    sum += price;
  }
  return sum;
}

export function format(cents) {
  debugger;
  return (cents / 100).toFixed(2);
}
`;

export const CART = ['export function isEmpty(cart) {', '  debugger;', '  return cart.items.length === 0;', '}', ''].join('\r\n');

/** Looks like a key, is none: assembled here so that no scanner of this repository finds it. */
const FAKE_KEY = ['gh', 'p_', 'k7Qw2Zr9', 'Tn4Xb6Vm', 'c1Ld8Hs3', 'Pf5Gj0Ya', 'Re7U'].join('');

const COMMITS = [
  {
    author: 'Ada <ada@example.test>',
    message: 'feat: prices',
    files: {
      'package.json': `${JSON.stringify({ name: 'shop', version: '1.0.0', private: true, type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
      'src/prices.js': PRICES.replace('  debugger;\n', ''),
      'README.md': '# Shop\n\nPrices and a cart.\n',
    },
  },
  {
    author: 'Ben <ben@example.test>',
    message: 'feat: cart',
    files: {
      'src/cart.js': CART,
      'test/prices.test.js': `import test from 'node:test';\nimport assert from 'node:assert/strict';\nimport { addTax } from '../src/prices.js';\n\ntest('tax is added', () => assert.equal(addTax(100, 20), 120));\n`,
    },
  },
  {
    author: 'Cleo <cleo@example.test>',
    message: 'chore: look into rounding',
    files: {
      'src/prices.js': PRICES,
      'src/upload.js': `const ACCESS_KEY = '${FAKE_KEY}';\n\n// TODO: read the key from the environment\nexport const upload = (name) => \`\${name}?key=\${ACCESS_KEY}\`;\n`,
    },
  },
];

/** Creates `folder` with three commits; every date is fixed, so the history is the same each time. */
export async function makeRepository(folder) {
  mkdirSync(folder, { recursive: true });
  const git = (args, env = {}) =>
    execFileSync('git', ['-c', 'core.autocrlf=false', ...args], { cwd: folder, stdio: 'pipe', env: { ...process.env, ...env } });
  git(['init', '-q', '-b', 'main']);
  COMMITS.forEach(({ author, message, files }, index) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const [name, email] = author.replace('>', '').split(' <');
    const date = `2026-0${index + 3}-10T09:00:00Z`;
    git(['add', '-A']);
    git(['commit', '-q', '-m', message], {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    });
  });
}
