import { expect, test } from "vitest";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { holdAgain } from "./hold-again.ts";
import type { Commit } from "./ports.ts";

const REBUILT = [
  { id: "one", grantee: "mia" },
  { id: "two", grantee: "max" },
  { id: "three", grantee: "mia" },
];

test("passes are counted for their people again, with one write each", async () => {
  const [store, events] = [createMemoryStore(), createRecordedEvents()];
  let writes = 0;
  const counted = { ...store, commit: (commit: Commit) => store.commit(commit).finally(() => writes++) };

  await holdAgain({ store: counted, events }, REBUILT);
  await holdAgain({ store, events }, [{ id: "four", grantee: "mia" }]);

  expect((await store.history("mia"))?.held).toEqual(["one", "three", "four"]);
  expect((await store.history("max"))?.held).toEqual(["two"]);
  expect(writes).toBe(2);
});

test("one whose record cannot be written does not keep the others from being counted", async () => {
  const [store, events] = [createMemoryStore(), createRecordedEvents()];
  const broken = {
    ...store,
    history: async (id: string) => (id === "mia" ? Promise.reject(new Error("no Redis")) : store.history(id)),
  };

  await holdAgain({ store: broken, events }, REBUILT);

  expect((await store.history("max"))?.held).toEqual(["two"]);
  expect(events.failures).toMatchObject([{ what: "passes not counted" }]);
});
