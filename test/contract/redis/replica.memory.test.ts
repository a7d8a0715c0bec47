import { beforeEach, expect, test } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Store } from "../../../src/workflows/ports.ts";
import type { Gate } from "../../fakes/gate.ts";
import { RedisCall } from "../../fakes/redis/pending.ts";
import type { Replica } from "../../fakes/redis/replicas.ts";
import { sampleRequest } from "../../fakes/samples.ts";
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

test("P5 · a replica that lags confirms nothing where the line to Redis breaks while it is asked", async () => {
  replica.hold();
  let breaks = 1;
  const breakOneWait: Gate = async (call, effect) => {
    if (call instanceof RedisCall && call.name === "wait" && breaks-- > 0) throw call.broken();
    return effect();
  };
  const { redis } = connections.server.connect(breakOneWait, "producer");
  const weak = createRedisStore(redis, { replicas: () => 1 });
  const writes = [{ kind: "request", expected: null, next: sampleRequest({ id: "asked" }) }] as const;

  const outcome = await weak.commit({ writes, tellings: [], rows: [] }).catch((cause: unknown) => cause);

  expect(outcome).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
});
