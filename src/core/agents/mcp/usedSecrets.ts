// The secrets a server was given: whatever it answers, they do not come back through it.

/** Shorter ones would tear holes into any text. */
const MIN_LENGTH = 6;

export interface UsedSecrets {
  /** As the one it was made from, and remembers what it gave. */
  readonly secret: (name: string) => Promise<string | undefined>;
  /** The text without them: as they are, in JSON, in an address and in Base64. */
  readonly without: (text: string) => string;
}

export function usedSecrets(secret: (name: string) => Promise<string | undefined>): UsedSecrets {
  const known = new Map<string, string>();
  return {
    async secret(name) {
      const value = await secret(name);
      if (value !== undefined && value.length >= MIN_LENGTH) for (const form of formsOf(value)) known.set(form, `[secret ${name}]`);
      return value;
    },
    without(text) {
      const longest = [...known].toSorted(([a], [b]) => b.length - a.length);
      return longest.reduce((clean, [form, shown]) => clean.replaceAll(form, () => shown), text);
    },
  };
}

function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, '');
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), base64];
}
