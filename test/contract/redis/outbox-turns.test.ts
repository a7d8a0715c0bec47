import { expect, test } from "vitest";
import { useRedis } from "../../workbench/for-tests.ts";
import { useConnections } from "../redis-for-contracts.ts";
import { keysOf, useOutboxStage, verdict } from "./outbox-stage.ts";
import { describeOutboxTurns } from "./outbox-turns.contract.ts";

const redis = useRedis();
const stage = useOutboxStage(useConnections(() => redis.current.url));

describeOutboxTurns(stage);

test("an outage of Redis loses no telling and repeats none that was written down", async () => {
  const { given } = await stage.start();
  await stage.line.config("SET", "appendfsync", "always");
  await stage.say(verdict("a"));
  await stage.nothingLeft();
  await redis.current.kill();
  await redis.current.restart();
  await expect.poll(() => stage.line.status).toBe("ready");

  await stage.say(verdict("a"), verdict("b"));

  await stage.nothingLeft();
  expect(keysOf(given)).toEqual(["a", "b"]);
});
