import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createGuardian } from "./workbench/guardian.ts";
import type { KubernetesCoordinates } from "./workbench/kubernetes/coordinates.ts";
import { startKubernetes } from "./workbench/kubernetes.ts";
import { findParts } from "./workbench/parts.ts";
import { findRedisServer, type RedisServer } from "./workbench/redis-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A control plane for each file that runs at a time: `VITEST_POOL_ID` counts them from 1. */
    planes: readonly KubernetesCoordinates[];
    redisServer: RedisServer;
  }
}

/**
 * The control planes of the whole run, started before the first test on real parts and gone after the last: one for each
 * file that runs at a time, since a worker follows all that its cluster holds.
 */
export default async function startControlPlane(project: TestProject): Promise<() => Promise<void>> {
  const guardian = createGuardian();
  const print = (line: string) => console.log(line);
  const parts = await findParts({ guardian, print });
  project.provide("redisServer", await findRedisServer(print));
  const planes: KubernetesCoordinates[] = [];
  // One after the other: started side by side on two cores, each is ready later than both are so.
  for (let slot = 1; slot <= project.config.maxWorkers; slot++) {
    const folder = join(guardian.folder, `plane-${slot}`);
    planes.push((await startKubernetes({ guardian, parts, folder })).coordinates);
  }
  project.provide("planes", planes);
  return () => guardian.stop();
}
