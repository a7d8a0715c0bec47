import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Gate } from "../../fakes/gate.ts";
import { useMemoryConnections } from "./memory-connections.ts";
import { ASKING, describeOutage, fail } from "./outage.contract.ts";

const connections = useMemoryConnections();
const line = async () => (await connections.producer()).redis;

describeOutage({
  line,
  weak: async () => {
    const { gate, ...weak } = createWeakGate();
    return { ...weak, line: (await connections.producer(gate)).redis };
  },
  kill: async () => connections.server.stop(),
  restart: async () => connections.server.restart(),
  pause: () => connections.server.pause(),
  resume: () => connections.server.resume(),
  fill: async (full) => connections.server.refuse(full ? "OOM" : null),
});

test.each(["READONLY", "OOM", "MISCONF", "LOADING"] as const)(
  "%s: nothing is recorded of a commit",
  async (refusal) => {
    const store = createRedisStore(await line());
    connections.server.refuse(refusal);

    const { error } = await fail(store.commit(ASKING));
    connections.server.refuse(null);

    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
    expect(await store.request("abcdefghij")).toBeNull();
  },
);

test("a commit before whose effect the line broke for good is unknown, and was not recorded", async () => {
  let isCut = false;
  const gate: Gate = async (call, effect) => {
    if (isCut) throw call.broken();
    return effect();
  };
  const store = createRedisStore((await connections.producer(gate)).redis);
  isCut = true;

  const { error } = await fail(store.commit(ASKING));
  const { error: next } = await fail(store.commit(ASKING));

  expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
  expect(next).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
  expect(connections.server.ask("keys", "*")).toEqual([]);
});

test("what a process sent before it died is done later, and answers nobody; after a failover it reaches nothing", async () => {
  const gate: Gate = async (_, effect) => {
    await wait(50);
    return effect();
  };
  const told = () => connections.server.ask("xlen", "{daypass}:outbox");
  const send = async () => {
    const dead = await connections.producer(gate);
    let isAnswered = false;
    void createRedisStore(dead.redis)
      .commit({ ...ASKING, writes: [] })
      .finally(() => {
        isAnswered = true;
      });
    dead.kill();
    return () => isAnswered;
  };

  const isAnswered = await send();
  await expect.poll(told).toBe(1);
  await send();
  connections.server.restart();
  await wait(100);

  expect(told()).toBe(1);
  expect(isAnswered()).toBe(false);
});

test("a restart loses what the file had not yet, and a replica's failover what it had not yet", async () => {
  const store = createRedisStore(await line());
  const replica = connections.server.addReplica();
  await store.commit(ASKING);
  replica.hold();
  await wait(60);
  await store.commit({ ...ASKING, writes: [] });
  const told = () => connections.server.ask("xlen", "{daypass}:outbox");
  expect(told()).toBe(2);

  connections.server.restart({ lastMs: 40 });
  expect(told()).toBe(1);
  connections.server.failOver(replica);

  expect(told()).toBe(1);
  expect(connections.server.ask("exists", "{daypass}:request:abcdefghij")).toBe(1);
});

/** The weak line's twin: see weak-line.ts. */
function createWeakGate() {
  let losing = false;
  let delayMs = 0;
  let count = 1;
  const gate: Gate = async (call, effect) => {
    if (call.what === "connect") count += 1;
    const answer = await effect();
    if (losing) {
      losing = false;
      throw call.broken();
    }
    if (delayMs > 0) await wait(delayMs);
    return answer;
  };
  return {
    gate,
    count: () => count,
    loseNextAnswer: () => {
      losing = true;
    },
    delayAnswers: (ms: number) => {
      delayMs = ms;
    },
  };
}
