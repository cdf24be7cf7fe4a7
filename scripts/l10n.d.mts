export const BUNDLE: string;
export const LOCALES: readonly string[];
export function localeBundle(locale: string): string;
export function textsOf(source: string, file: string): readonly string[];
export function collect(): ReadonlyMap<string, string>;
export function readBundle(name: string): unknown;
