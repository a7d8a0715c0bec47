import { defineConfig } from "vitest/config";

/** Real parts, but for a cluster: each file starts its own. */
const withoutCluster = [
  "test/contract/redis/**/*.test.ts",
  "test/contract/{delivery,records,store,waker}.test.ts",
  "test/stories/bot-{break-glass,ending,extending,in-slack,less,quorum,ticket,waiting}.test.ts",
  "test/workbench/{guardian,redis,redis-line,slack-line}.test.ts",
  "test/workbench/slack/**/*.test.ts",
];

/** What runs on the in-memory API server alone. */
const inMemory = "test/contract/*.memory.test.ts";

/** Tests that need a cluster; each that runs at a time has a control plane to itself. */
const onCluster = [
  "test/contract/**/*.test.ts",
  "test/stories/**/*.test.ts",
  "test/e2e/**/*.test.ts",
  "test/chaos/**/*.test.ts",
  "test/workbench/**/*.test.ts",
];

/** Tests mostly wait, so more of them than there are cores run at a time; those that measure real time less so. */
const FILES_AT_ONCE = { withCluster: 2, others: 4 };

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    allowOnly: false,
    projects: [
      {
        test: {
          name: "pure",
          include: [
            "src/**/*.test.ts",
            "test/repo/**/*.test.ts",
            "test/policy/**/*.test.ts",
            "test/simulation/*.test.ts",
            inMemory,
          ],
          maxWorkers: FILES_AT_ONCE.others,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts",
          include: onCluster,
          exclude: [...withoutCluster, inMemory],
          globalSetup: ["./test/control-plane.ts"],
          maxWorkers: FILES_AT_ONCE.withCluster,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts without a cluster",
          include: withoutCluster,
          globalSetup: ["./test/redis-alone.ts"],
          maxWorkers: FILES_AT_ONCE.others,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
