import { expect, test } from "vitest";
import { activateOn, createFakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { askFor } from "../../test/fakes/sample-asking.ts";
import { rearm } from "./rearm.ts";

test("P11 · every pending request and every live grant is asked to be looked at again", async () => {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  const request = await askFor(bench, { seed: "view V2", namespaces: ["ledger"] });
  await settle(bench);
  const lost = createFakeBench();

  await rearm({ ...bench, waker: lost.waker });

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

  await rearm(bench);

  expect(await bench.store.grant(id)).toMatchObject({ state: "ending", ending });
});

test("P11 · where the ledger cannot be read, what it would tell of is woken, and owed until it can", async () => {
  const bench = createFakeBench();
  const { id, end } = await activateOn(bench);
  const { waker } = createFakeBench();
  const endings = { ...bench.endings, of: () => Promise.reject(new Error("EIO")) };

  await expect(rearm({ ...bench, endings, waker })).rejects.toThrow("EIO");

  expect(waker.waiting().map(({ ref, at }) => [ref.id, at])).toEqual([[id, end - 600_000]]);
});
