import { expect, test } from "vitest";
import { useMemoryConnections } from "./memory-connections.ts";
import { describeOutbox } from "./outbox.contract.ts";
import { keysOf, useOutboxStage, verdict } from "./outbox-stage.ts";
import { describeOutboxTurns } from "./outbox-turns.contract.ts";
import { describeUrgent } from "./outbox-urgent.contract.ts";

const connections = useMemoryConnections();
const stage = useOutboxStage(connections);

describeOutbox(stage);
describeUrgent(stage);
describeOutboxTurns(stage);

test("an outage of the Redis in memory loses no telling and repeats none that was written down", async () => {
  const { given } = await stage.start();
  await stage.say(verdict("a"));
  await stage.nothingLeft();
  connections.server.stop();
  connections.server.restart();
  await expect.poll(() => stage.line.status).toBe("ready");

  await stage.say(verdict("a"), verdict("b"));

  await stage.nothingLeft();
  expect(keysOf(given)).toEqual(["a", "b"]);
});
