import { createGuardian, type Guardian } from "./guardian.ts";
import { type Kubernetes, startKubernetes } from "./kubernetes.ts";
import { findParts } from "./parts.ts";
import { type Redis, startRedis } from "./redis.ts";
import { findRedisServer } from "./redis-server.ts";

export interface Workbench {
  guardian: Guardian;
  kubernetes: Kubernetes;
  redis: Redis;
  stop(): Promise<void>;
}

/**
 * Finds or fetches the real parts, starts them on free loopback ports and resolves when they are ready. They are gone
 * soon after this process, however it ends.
 */
export async function startWorkbench({ print }: { print(line: string): void }): Promise<Workbench> {
  const guardian = createGuardian();
  try {
    const parts = await findParts({ guardian, print });
    const server = await findRedisServer(print);
    const startedAt = Date.now();
    const { folder } = guardian;
    const [kubernetes, redis] = await Promise.all([
      startKubernetes({ guardian, parts, folder }),
      startRedis({ guardian, server, folder }),
    ]);
    print(`The workbench is ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    return { guardian, kubernetes, redis, stop: () => guardian.stop() };
  } catch (error) {
    await guardian.stop();
    throw error;
  }
}
