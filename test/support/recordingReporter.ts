// Mocha's own output (`--reporter-option base=dot`, default spec), and the results in a file: see testRecord.ts.

import Mocha from 'mocha';
import { recordResults } from '#test/support/testRecord.ts';

class RecordingReporter {
  readonly #base: Mocha.reporters.Base;

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    const base = (options.reporterOptions?.base ?? 'spec') as keyof typeof Mocha.reporters;
    this.#base = new Mocha.reporters[base](runner, options);
    recordResults(runner, process.env['CAS_TEST_RESULTS']);
  }

  /** Mocha asks the reporter to end the run. */
  done(failures: number, end: (failures: number) => void): void {
    if (this.#base.done) this.#base.done(failures, end);
    else end(failures);
  }
}

// Mocha requires its reporters.
export { RecordingReporter as 'module.exports' };
