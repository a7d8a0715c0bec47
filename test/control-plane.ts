import type { TestProject } from "vitest/node";
import { createGuardian } from "./workbench/guardian.ts";
import type { KubernetesCoordinates } from "./workbench/kubernetes/coordinates.ts";
import { startKubernetes } from "./workbench/kubernetes.ts";
import { findParts } from "./workbench/parts.ts";
import { findRedisServer, type RedisServer } from "./workbench/redis-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    kubernetes: KubernetesCoordinates;
    redisServer: RedisServer;
  }
}

/** One control plane for the whole run, started before the first test on real parts and gone after the last. */
export default async function startControlPlane(project: TestProject): Promise<() => Promise<void>> {
  const guardian = createGuardian();
  const print = (line: string) => console.log(line);
  const parts = await findParts({ guardian, print });
  project.provide("redisServer", await findRedisServer(print));
  const kubernetes = await startKubernetes({ guardian, parts, folder: guardian.folder });
  project.provide("kubernetes", kubernetes.coordinates);
  return () => guardian.stop();
}
