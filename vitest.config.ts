import { defineConfig } from "vitest/config";

/** Real parts, but for a cluster: each file has its own, so they run side by side. */
const withoutCluster = [
  "test/contract/redis/**/*.test.ts",
  "test/contract/{delivery,records,store,waker}.test.ts",
  "test/stories/bot-{ending,extending,in-slack}.test.ts",
  "test/workbench/{guardian,redis,redis-line}.test.ts",
  "test/workbench/slack/**/*.test.ts",
];

/** What runs on the in-memory API server alone. */
const inMemory = "test/contract/*.memory.test.ts";

/** Tests that need a cluster; they share one control plane and run one file at a time. */
const onCluster = [
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
          include: ["src/**/*.test.ts", "test/repo/**/*.test.ts", "test/simulation/*.test.ts", inMemory],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts",
          include: onCluster,
          exclude: [...withoutCluster, inMemory],
          globalSetup: ["./test/control-plane.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts without a cluster",
          include: withoutCluster,
          globalSetup: ["./test/redis-alone.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
