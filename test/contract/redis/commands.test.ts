import type { Redis } from "ioredis";
import { expect, test } from "vitest";
import { createRandom, type Random } from "../../fakes/random.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const redis = useRedis();
const real = useConnections(() => redis.current.url);
const memory = useMemoryConnections();

const RUNS = 40;
const CALLS = 100;

type Call = readonly [name: string, ...args: (string | number)[]];

test("each command that src/jobs uses answers in memory as on Redis, whatever stands there and whatever it is given", async () => {
  const lines = [(await real.producer()).redis, (await memory.producer()).redis] as const;
  const errors = new Set<unknown>();
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom();
    for (const line of lines) await emptied(line);
    for (let i = 0; i < CALLS; i++) {
      const call = randomCall(random);
      const [wanted, got] = [await answer(lines[0], call), await answer(lines[1], call)];
      expect(got, `seed ${random.seed}, call ${i}: ${call.join(" ")}`).toEqual(wanted);
      if (wanted instanceof Error) errors.add(wanted.message.split(" ")[0]);
    }
  }

  expect([...errors].toSorted()).toEqual(["ERR", "WRONGTYPE"]);
});

async function answer(line: Redis, [name, ...args]: Call): Promise<unknown> {
  const command: (...given: unknown[]) => Promise<unknown> = Reflect.get(line, name).bind(line);
  return command(...args).catch((cause: Error) => new Error(cause.message));
}

/** Keys of each type, now and then used as another; entries are numbered by hand, since each Redis has its own time. */
function randomCall(random: Random): Call {
  const of = (type: string) => `{daypass}:${random.below(12) === 0 ? "text" : type}:${random.below(2)}`;
  const word = () => random.pick(["a", "b", "c", "ü"]);
  const id = () => `${1 + random.below(6)}-${random.below(3)}`;
  const place = () => random.below(7) - 3;
  const calls: readonly (() => Call)[] = [
    () => [
      "set",
      of("text"),
      word(),
      ...random.pick([[], ["EX", 100], ["PX", 100_000], ["NX"], ["PX", 100_000, "NX"]]),
    ],
    () => [
      "set",
      of("text"),
      word(),
      ...random.pick([
        ["EX", 0],
        ["XX", "YY"],
        ["EX", "soon"],
      ]),
    ],
    () => random.pick([["get", of("text")] as const, ["exists", of("text")] as const, ["type", of("zset")] as const]),
    () => ["mget", of("text"), of("hash"), of("text")],
    () => random.pick([["del", of("text"), of("zset")] as const, ["expire", of("hash"), 100] as const]),
    () => random.pick([["pexpire", of("stream"), 100_000] as const, ["ttl", of("hash")] as const]),
    () => ["hset", of("hash"), word(), word()],
    () => random.pick([["hget", of("hash"), word()] as const, ["hgetall", of("hash")] as const]),
    () => ["hdel", of("hash"), word()],
    () => ["zadd", of("zset"), random.below(4), word()],
    () => ["zrem", of("zset"), word()],
    () => ["zscore", of("zset"), word()],
    () => ["zrange", of("zset"), place(), place(), ...random.pick([[], ["WITHSCORES"]])],
    () => ["zrangebyscore", of("zset"), random.pick(["-inf", 1]), random.below(4), "LIMIT", 0, random.below(3)],
    () => ["xadd", of("stream"), id(), "row", word()],
    () => ["xdel", of("stream"), id(), id()],
    () => [
      "xrange",
      of("stream"),
      random.pick(["-", id(), `(${id()}`]),
      random.pick(["+", id()]),
      "COUNT",
      1 + random.below(3),
    ],
    () => ["xread", "COUNT", 1 + random.below(2), "STREAMS", of("stream"), random.pick(["0", id()])],
    () => random.pick([["xlen", of("stream")] as const, ["bzpopmin", of("zset"), 0.01] as const]),
    () => ["rpush", of("list"), word(), word()],
    () => random.pick([["blpop", of("list"), 0.01] as const, ["lrange", of("list"), place(), place()] as const]),
    () => ["config", "GET", random.pick(["appendfsync", "nothing"])],
  ];
  return random.pick(calls)();
}
