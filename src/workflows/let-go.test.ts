import { expect, test } from "vitest";
import { activateOn, createFakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import { hasEnded, isAllOver, letGo } from "./let-go.ts";
import { reconcile } from "./reconcile.ts";

test("of what is let go no alarm rings, no page stays open and nothing is remembered; of any other all does", async () => {
  const { alarms, pager, leftovers } = createFakeBench();
  for (const id of ["gone", "left"]) {
    alarms.set({ id, cluster: "prod", namespaces: ["payments"], end: NOON }, 0);
    pager.overdue({ grant: id, cluster: "prod", since: NOON, words: "silent" });
    leftovers.set(id, { words: "silent", refusedAt: null });
  }

  letGo({ alarms, pager, leftovers }, "gone");

  for (const kept of [alarms.waiting(), pager.owed(), leftovers]) expect([...kept.keys()]).toEqual(["left"]);
});

test("a grant is all over once its record says so, and nothing is known to be left over behind that", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  const isOver = async () => isAllOver(bench, id, await bench.store.grant(id));

  const inUse = await isOver();
  await endGrant(bench, { by: sampleRecord("olga"), grant: id, words: null });
  await reconcile(bench, { kind: "grant", id });
  const over = await isOver();
  bench.leftovers.set(id, { words: "prod does not answer", refusedAt: null });

  expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
  expect([inUse, over, await isOver()]).toEqual([false, true, false]);
  expect(isAllOver(bench, "unknown", null)).toBe(false);
});

test("a grant without a record has ended once the ledger says so, and nothing is known to be left over behind that", async () => {
  const { endings, leftovers } = createFakeBench();
  const over = { leftovers, endings: { ...endings, isOver: async (id: string) => id === "over" } };
  leftovers.set("left", { words: "silent", refusedAt: null });

  expect(await hasEnded(over, "over", null)).toBe(true);
  expect(await hasEnded(over, "running", null)).toBe(false);
  expect(await hasEnded({ leftovers, endings: { ...endings, isOver: async () => true } }, "left", null)).toBe(false);
});
