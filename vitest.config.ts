import { defineConfig } from "vitest/config";

/** Tests that need the real parts; they share one control plane and run one file at a time. */
const onParts = [
  "test/contract/**/*.test.ts",
  "test/stories/**/*.test.ts",
  "test/e2e/**/*.test.ts",
  "test/workbench/**/*.test.ts",
];

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    allowOnly: false,
    projects: [
      {
        test: {
          name: "pure",
          include: ["src/**/*.test.ts", "test/repo/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts",
          include: onParts,
          globalSetup: ["./test/control-plane.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
