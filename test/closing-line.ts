import { stripVTControlCharacters } from "node:util";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** A log's tail is often all that is kept of a run: what failed stands in it once more, each in so many characters. */
const MOST_OF_A_FAILURE = 1_500;

/**
 * Prints what failed, then the closing line, `N passed, N failed, N skipped`, which scripts read. A test left out fails the
 * run.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    if (errors.length > 0) tellFailure("outside of any test", errors);
    for (const module of modules) {
      if (module.errors().length > 0) {
        count.failed += 1;
        tellFailure(module.moduleId, module.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors: faults } = test.result();
        count[state === "pending" ? "skipped" : state] += 1;
        if (state === "failed") tellFailure(`${module.moduleId} > ${test.fullName}`, faults);
      }
    }
    if (count.skipped > 0 || count.passed === 0) process.exitCode = 1;
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}

function tellFailure(where: string, errors: readonly { readonly message: string; readonly diff?: string }[]): void {
  const words = errors.map(({ message, diff = "" }) => `${message}\n${stripVTControlCharacters(diff)}`).join("\n");
  console.log(`\nfailed: ${where}\n${words.slice(0, MOST_OF_A_FAILURE)}`);
}
