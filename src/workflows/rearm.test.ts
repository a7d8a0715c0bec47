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
