// Texts in the person's language. The host puts them into the page, keyed by the English ones.

import { plural } from '#base/figures.ts';

const texts: Readonly<Record<string, string>> = JSON.parse(document.querySelector('#cas-texts')?.textContent || '{}') as Record<
  string,
  string
>;

/** `t('{0} of {1} available', 19, 24)`. The text must be written out where it is used: translations are collected from there. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  return (texts[text] ?? text).replaceAll(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** `counted(n, t('1 run'), t('{0} runs', n))`: both forms are whole texts. */
export const counted = plural;
