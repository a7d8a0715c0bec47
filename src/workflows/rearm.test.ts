import { expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench, loadGrant, settle } from "../../test/fakes/fake-bench.ts";
import { askFor } from "../../test/fakes/sample-asking.ts";
import { puttingBack, rearm } from "./rearm.ts";
import { save } from "./reconcile.ts";

const eio = () => Promise.reject(new Error("EIO"));

/** The bench of a worker that cannot read the ledger. */
function unreadable(bench: FakeBench, of: FakeBench["endings"]["of"] = eio): FakeBench {
  return { ...bench, endings: { ...bench.endings, read: eio, of } };
}

test("P11 · every pending request and every live grant is asked to be looked at again", async () => {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  const request = await askFor(bench, { seed: "view V2", namespaces: ["ledger"] });
  await settle(bench);
  const lost = createFakeBench();

  await rearm({ ...bench, waker: lost.waker }, "a loss");

  expect(lost.waker.waiting().map(({ ref, at }) => [ref.kind, ref.id, at])).toEqual([
    ["request", request.id, request.lapsesAt],
    ["grant", grant.id, grant.end - 600_000],
  ]);
});

test("P11 · a pass that was being ended, and does not know it any more, is ended again", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  const ending = { why: "revoked", by: "olga", words: null, since: bench.clock.now() } as const;
  bench.endings.begun(id, ending);

  await rearm(bench, "a loss");

  expect(await bench.store.grant(id)).toMatchObject({ state: "ending", ending });
});

test("P11 · where the ledger cannot be read, what it would tell of is woken, and owed until it can", async () => {
  const bench = createFakeBench();
  const { id, end } = await activateOn(bench);
  const { waker } = createFakeBench();

  await expect(rearm({ ...unreadable(bench), waker }, "a loss")).rejects.toThrow("EIO");

  expect(waker.waiting().map(({ ref, at }) => [ref.id, at])).toEqual([[id, end - 600_000]]);
});

test("P11 · where the ledger cannot be read, what this worker began to end is ended again", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  const ending = { why: "revoked", by: "olga", words: null, since: bench.clock.now() } as const;
  const of = async (grant: string) => (grant === id ? ending : Promise.reject(new Error("EIO")));

  await expect(rearm(unreadable(bench, of), "a loss")).rejects.toThrow("EIO");

  expect(await bench.store.grant(id)).toMatchObject({ state: "ending", ending });
});

test("P11 · a Redis that was emptied counts as put back when the ledger could be read, not before", async () => {
  const bench = createFakeBench();
  let listed = 0;
  let isReadable = false;
  const endings = { ...bench.endings, read: () => (isReadable ? Promise.resolve(() => null) : eio()) };
  const putBack = puttingBack({ ...bench, endings }, () => {
    listed += 1;
  });

  for (const _ of [1, 2, 3]) await expect(putBack("a loss")).rejects.toThrow("EIO");
  expect(listed).toBe(1);
  isReadable = true;
  await putBack("a loss");
  expect(listed).toBe(2);

  isReadable = false;
  for (const _ of [1, 2, 3]) await expect(putBack("another one")).rejects.toThrow("EIO");
  expect(listed).toBe(3);
});

test("P11 · a pass that was being ended is ended again, though something else is saved of it meanwhile", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  const ending = { why: "revoked", by: "olga", words: null, since: bench.clock.now() } as const;
  const read = async () => {
    await save(bench, await loadGrant(bench, id), { type: "warned" });
    return () => ending;
  };
  const { waker } = createFakeBench();

  await rearm({ ...bench, waker, endings: { ...bench.endings, read } }, "a loss");

  expect(await loadGrant(bench, id)).toMatchObject({ state: "ending", ending });
  expect(waker.waiting().map(({ ref, at }) => [ref.id, at])).toEqual([[id, bench.clock.now()]]);
});
