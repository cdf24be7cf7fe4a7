// Ids and randomness as ports, so that a run replays.

export interface IdSource {
  /** A new id, sortable by creation time: `<prefix>_<time><random>`, [a-z0-9_] only, at most 40 characters. */
  next(prefix: string): string;
  /** A number in [0, 1). */
  random(): number;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** `now` and `random` are injected: the same values give the same ids. */
export function createIdSource(ports: { now: () => number; random: () => number }): IdSource {
  return {
    random: ports.random,
    next(prefix) {
      const time = base32(ports.now(), 9);
      const chance = base32(Math.floor(ports.random() * 2 ** 40), 8);
      return `${prefix}_${time}${chance}`;
    },
  };
}
