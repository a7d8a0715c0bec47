import { beforeEach } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Store } from "../../../src/workflows/ports.ts";
import type { Replica } from "../../fakes/redis/replicas.ts";
import { useMemoryConnections } from "./memory-connections.ts";
import { describeReplica } from "./replica.contract.ts";

const connections = useMemoryConnections();
let replica: Replica;
let store: Store;

beforeEach(async () => {
  replica = connections.server.addReplica();
  store = createRedisStore((await connections.producer()).redis, { replicas: () => 1 });
});

describeReplica({
  line: async () => (await connections.producer()).redis,
  store: () => store,
  pauseReplica: () => replica.hold(),
  resumeReplica: () => replica.release(),
  stopReplica: async () => replica.leave(),
  failOver: async () => {
    connections.server.failOver(replica);
    return (await connections.producer()).redis;
  },
});
