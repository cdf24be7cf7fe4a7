import type { Section } from '#test/bench/measure.ts';
export function run(folder: string): Promise<Section>;
