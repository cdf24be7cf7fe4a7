// What a license expression asks of whoever ships the code. SPDX expressions, version 2.3, annex D.

export type LicenseClass = 'permissive' | 'weak copyleft' | 'strong copyleft' | 'network copyleft' | 'not open' | 'unknown';

/** From what asks least to what asks most. */
const ORDER: readonly LicenseClass[] = ['permissive', 'weak copyleft', 'strong copyleft', 'network copyleft', 'not open', 'unknown'];

const CLASSES: readonly (readonly [RegExp, LicenseClass])[] = [
  [/^AGPL|^SSPL|^OSL-|^RPL-|^EUPL/i, 'network copyleft'],
  [/^GPL|^CC-BY-SA|^Sleepycat|^CECILL(?:-\d|$)/i, 'strong copyleft'],
  [/^LGPL|^MPL|^EPL|^CDDL|^CPL|^MS-RL|^CECILL-C/i, 'weak copyleft'],
  [
    /^(?:MIT|ISC|BSD|0BSD|Apache|Zlib|Unlicense$|CC0|CC-BY-\d|WTFPL|BlueOak|Python|PSF|X11|NCSA|PostgreSQL|Artistic|BSL-1|Unicode|OFL|W3C|libpng|curl|FTL|Ruby|AFL|UPL|MS-PL|HPND|bzip2|MulanPSL)/i,
    'permissive',
  ],
  [/^(?:UNLICENSED|SEE LICENSE|BUSL|Elastic|Commons-Clause|CC-BY-N|PolyForm|proprietary|commercial)/i, 'not open'],
];

/** `OR` gives the choice: the least. `AND` asks for all: the most. */
export function classify(expression: string): LicenseClass {
  const text = expression.replace(/[()]/g, ' ').trim();
  const choices = text.split(/\s+OR\s+|\s*\/\s*/i).map((choice) => highest(choice.split(/\s+AND\s+/i).map(one)));
  return choices.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0] ?? 'unknown';
}

function one(name: string): LicenseClass {
  const bare = name.replace(/\s+WITH\s+.*$/i, '').trim();
  // With the linking exceptions, code that only uses the library is not asked for anything.
  if (/\sWITH\s.*(?:classpath|GCC|linking|LLVM)-?exception/i.test(name)) return 'weak copyleft';
  return CLASSES.find(([pattern]) => pattern.test(bare))?.[1] ?? 'unknown';
}

function highest(classes: readonly LicenseClass[]): LicenseClass {
  return classes.toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0] ?? 'unknown';
}
