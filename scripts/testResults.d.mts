// Types of testResults.mjs for the tests.
import type { TestResult } from '#test/support/testRecord.ts';

export interface Settled {
  readonly passed: number;
  readonly failed: readonly TestResult[];
  readonly atSecondAttempt: readonly TestResult[];
}

export function countsOf(output: string, exitCode: number): { readonly passed: number; readonly failed: number };
export function againPattern(results: readonly TestResult[]): string | null;
export function settle(first: readonly TestResult[], second: readonly TestResult[] | null): Settled;
export function failureLines(result: TestResult): readonly string[];
export function lastLines(output: string): string;
