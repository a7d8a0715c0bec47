import { defineConfig } from "vitest/config";

/**
 * The tests that mutants are run against: of the pure part alone, each of which says what it expects. Those on random
 * input are left out, since a mutant that they find once may be missed the next time.
 */
export default defineConfig({
  test: {
    include: ["src/workflows/**/*.test.ts"],
    exclude: ["**/*-properties.test.ts"],
    testTimeout: 10_000,
  },
});
