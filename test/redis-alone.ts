import type { TestProject } from "vitest/node";
import { findRedisServer } from "./workbench/redis-server.ts";

/** Finds Redis for the tests that need no cluster; each of their files starts its own. */
export default async function findRedis(project: TestProject): Promise<void> {
  project.provide("redisServer", await findRedisServer((line) => console.log(line)));
}
