import { defineConfig } from "vitest/config";

/** Real parts, but for a cluster: each file starts its own. */
const withoutCluster = [
  "test/contract/redis/**/*.test.ts",
  "test/contract/{delivery,records,store,waker}.test.ts",
  "test/stories/bot-{break-glass,ending,extending,in-slack,less,once-more,quorum,ticket,waiting}.test.ts",
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

/** What reckons for long: tens of thousands of random runs, policies and inputs. They would starve tests that wait. */
const searches = [
  "src/workflows/*-properties.test.ts",
  "test/policy/{fuzz,matrix/*,referee/*}.test.ts",
  "test/simulation/*.test.ts",
];

/** As many as there are cores where tests reckon; more where they mostly wait, but not where they measure real time. */
const FILES_AT_ONCE = { pure: 2, withCluster: 2, withoutCluster: 3 };

/** An event that is awaited comes in milliseconds; on a machine with too much to do it may take this many. */
const AWAITED = { poll: { timeout: 15_000 } };

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line.ts"],
    allowOnly: false,
    projects: [
      {
        test: {
          name: "searches",
          expect: AWAITED,
          include: searches,
          maxWorkers: FILES_AT_ONCE.pure,
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "pure",
          expect: AWAITED,
          include: ["src/**/*.test.ts", "test/{policy,repo,simulation}/**/*.test.ts", inMemory],
          exclude: searches,
          maxWorkers: FILES_AT_ONCE.pure,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts without a cluster",
          expect: AWAITED,
          include: withoutCluster,
          globalSetup: ["./test/redis-alone.ts"],
          maxWorkers: FILES_AT_ONCE.withoutCluster,
          sequence: { groupOrder: 3 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "parts",
          expect: AWAITED,
          include: onCluster,
          exclude: [...withoutCluster, inMemory],
          globalSetup: ["./test/control-plane.ts"],
          maxWorkers: FILES_AT_ONCE.withCluster,
          sequence: { groupOrder: 4 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
