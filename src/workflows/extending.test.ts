import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { SAMPLE_FACTS, sampleRecord } from "../../test/fakes/samples.ts";
import { ask, decide } from "./access.ts";
import { endGrant, endGrants } from "./end-early.ts";
import { reconcile } from "./reconcile.ts";
import { isRefusal, refuse } from "./refusal.ts";

describe("a grant is extended by a successor", () => {
  test("of its own id and end, linked to it, with an approval of its own; the old one ends on time", async () => {
    const bench = createFakeBench();
    const former = await activateOn(bench);
    bench.clock.set(former.end - 300_000);
    await bench.people.save(sampleRecord("mia", { readAt: bench.clock.now() }));
    await bench.people.save(sampleRecord("ada", { readAt: bench.clock.now() }));

    const request = await askFor(bench, { seed: "view V2", extends: former.id, duration: "1h" });
    await decide(bench, clickOn(request));
    await reconcile(bench, { kind: "grant", id: `${request.id}a` });
    const successor = await loadGrant(bench, `${request.id}a`);

    expect(request).toMatchObject({ state: "pending", extends: former.id });
    expect(successor).toMatchObject({ state: "active", extends: former.id, end: former.end - 300_000 + 3_600_000 });
    expect(await loadGrant(bench, former.id)).toMatchObject({ end: former.end });

    bench.clock.set(former.end);
    await reconcile(bench, { kind: "grant", id: former.id });
    await reconcile(bench, { kind: "grant", id: successor.id });

    expect(await loadGrant(bench, former.id)).toMatchObject({ state: "ended", ending: { why: "expired" } });
    expect(await loadGrant(bench, successor.id)).toMatchObject({ state: "active" });
  });

  test("only while it lasts, and only by the one it was lent to", async () => {
    const bench = createFakeBench();
    const former = await activateOn(bench);

    expect(await ask(bench, { ...SAMPLE_ASK, seed: "V2", by: sampleRecord("max"), extends: former.id })).toEqual([
      refuse("notYours"),
    ]);
    expect(await ask(bench, { ...SAMPLE_ASK, seed: "V3", extends: "nosuchgrant" })).toEqual([refuse("notFound")]);
    await endGrant(bench, { by: MIA, grant: former.id, words: null });
    expect(await ask(bench, { ...SAMPLE_ASK, seed: "V4", extends: former.id })).toEqual([refuse("notActive")]);
  });
});

test("a successor lends no more than its grant did: for another place one asks anew", async () => {
  const bench = createFakeBench();
  const former = await activateOn(bench);

  const others = [{ namespaces: ["ledger", "payments"] }, { profile: "restart", duration: "1h" }, { cluster: "dev" }];
  for (const other of others) {
    expect(await ask(bench, { ...SAMPLE_ASK, ...other, seed: "V2", extends: former.id })).toEqual([
      refuse("otherThanExtended", { field: "cluster" }),
    ]);
  }
});

describe("while it is not safe to grant", () => {
  test("asking and approving say why, and record nothing; a no and an ending go on", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    const request = await askFor(bench, { seed: "V2", namespaces: ["ledger"] });
    bench.setCaution("Redis may throw away what is recorded");
    const no = refuse("endingsOnly", { detail: "Redis may throw away what is recorded" });

    expect(await ask(bench, { ...SAMPLE_ASK, seed: "V3", namespaces: ["web"], duration: "30m" })).toEqual([no]);
    expect(await decide(bench, clickOn(request))).toEqual(no);
    expect(await bench.store.request(request.id)).toEqual(request);

    expect(await decide(bench, clickOn(request, { verdict: "deny" }))).toMatchObject({ state: "denied" });
    expect(await endGrant(bench, { by: MIA, grant: grant.id, words: null })).toMatchObject({ state: "ending" });
  });

  test.each([
    [5001, "the clock of prod is 5 s ahead of ours: mend whichever is wrong"],
    [-61_000, "the clock of prod is 61 s behind ours: mend whichever is wrong"],
  ])("a cluster's clock that is %d ms off is a reason", async (skewMs, detail) => {
    const desk = createFakeDesk();
    await desk.facts.publish({ ...SAMPLE_FACTS, skewMs });

    expect(await ask(desk, SAMPLE_ASK)).toEqual([refuse("endingsOnly", { detail })]);
  });

  test("five seconds are none", async () => {
    const desk = createFakeDesk();
    await desk.facts.publish({ ...SAMPLE_FACTS, skewMs: -5000 });

    expect(await ask(desk, SAMPLE_ASK)).toMatchObject({ state: "pending" });
  });
});

test("P7 · many are ended side by side, each with its own answer", async () => {
  const bench = createFakeBench();
  const grant = await activateOn(bench);

  const answers = await endGrants(bench, {
    ...{ by: sampleRecord("olga"), words: "incident", grants: [grant.id, "nosuchgrant", grant.id] },
  });

  expect(answers.map((answer) => (isRefusal(answer) ? answer.refused : answer.state)).toSorted()).toEqual([
    ...["alreadyEnding", "ending", "notFound"],
  ]);
});
