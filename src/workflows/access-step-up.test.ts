import { describe, expect, test } from "vitest";
import { createFakeBench, refreshPeople, settle } from "../../test/fakes/fake-bench.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn } from "../../test/fakes/sample-asking.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { policyWithRule, TWO_YESES } from "../../test/fakes/strict-policy.ts";
import { decide } from "./access.ts";
import { refuse } from "./refusal.ts";
import type { Risk } from "./step-up.ts";

/** From half past twelve on it is medium, and asks for the form. */
const HOURS = {
  hours: { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "12:30", zone: "UTC" },
  raise: [{ outsideHours: true, words: "outside of hours" }],
  tiers: { medium: { stepUp: true } },
};
const HALF_AN_HOUR = 30 * 60_000;
const BEN = sampleRecord("ben");
const LATER = { durationSeconds: 3600, namespaces: ["payments"], startsAt: NOON + 3_600_000 };

async function askTwo() {
  const desk = createFakeDesk();
  desk.setPolicy(policyWithRule({ quorum: 2 }, { ...TWO_YESES, risk: HOURS }));
  return { desk, request: await askFor(desk) };
}

describe("P6 · a yes by a bare click does not count where the form is asked for by the time of", () => {
  test("a later yes: it waits to be given once more, and then counts", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));
    desk.clock.advance(HALF_AN_HOUR);

    expect(await decide(desk, clickOn(request, { by: BEN }))).toEqual(refuse("stepUpNeeded"));
    const waiting = await decide(desk, clickOn(request, { by: BEN, stepped: true }));
    expect(waiting).toMatchObject({ state: "pending", yeses: [{ by: "ada" }, { by: "ben", stepped: true }] });
    expect(desk.store.rows.at(-1)).toMatchObject({ what: "yes", detail: { dropped: [] } });
    expect(await decide(desk, clickOn(request))).toEqual(refuse("stepUpNeeded"));

    const twice = await decide(desk, clickOn(request, { stepped: true }));

    expect(twice).toMatchObject({ state: "approved", decision: { people: ["ben", "ada"] } });
    expect(twice).toMatchObject({ yeses: [{ by: "ben" }, { by: "ada", stepped: true }] });
    expect(desk.store.rows.at(-1)).toMatchObject({ what: "approved", detail: { dropped: ["ada"] } });
  });

  test("a later yes, for the later start that this one leaves", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));

    const twice = await decide(desk, clickOn(request, { by: BEN, stepped: true, less: LATER }));

    expect(twice).toMatchObject({ state: "pending", needs: { tier: "medium", stepUp: true } });
  });

  test("a third yes, which completes it without the first", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));
    desk.clock.advance(HALF_AN_HOUR);
    await decide(desk, clickOn(request, { by: BEN, stepped: true }));

    const thrice = await decide(desk, clickOn(request, { by: sampleRecord("sam"), stepped: true }));

    expect(thrice).toMatchObject({ state: "approved", decision: { people: ["ben", "sam"] } });
    expect(thrice).toMatchObject({ yeses: [{ by: "ben" }, { by: "sam" }] });
  });

  test("their own second one, alone", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));
    expect(await decide(desk, clickOn(request))).toEqual(refuse("alreadySaidYes"));
    expect(await decide(desk, clickOn(request, { stepped: true }))).toEqual(refuse("alreadySaidYes"));
    desk.clock.advance(HALF_AN_HOUR);

    const anew = await decide(desk, clickOn(request, { stepped: true }));

    expect(anew).toMatchObject({ state: "pending", yeses: [{ by: "ada", stepped: true, at: NOON + HALF_AN_HOUR }] });
    expect(await decide(desk, clickOn(request, { stepped: true }))).toEqual(refuse("alreadySaidYes"));
  });
});

describe("P6 · where the form is asked for no more, a click completes what the yeses come to by then", () => {
  const askOnce = async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));
    desk.clock.advance(HALF_AN_HOUR);
    await decide(desk, clickOn(request, { by: BEN, stepped: true }));
    return { desk, request };
  };

  test("of whom the card asks to say it once more", async () => {
    const { desk, request } = await askOnce();
    desk.setPolicy(policyWithRule({ quorum: 2 }, TWO_YESES));

    const twice = await decide(desk, clickOn(request));

    expect(twice).toMatchObject({ state: "approved", decision: { people: ["ben", "ada"] } });
    expect(twice).toMatchObject({ yeses: [{ by: "ben" }, { by: "ada", at: NOON + HALF_AN_HOUR }] });
  });

  test("of who said it in the form, whose yes stays one in the form", async () => {
    const { desk, request } = await askOnce();
    desk.setPolicy(policyWithRule({ quorum: 2 }, TWO_YESES));

    const twice = await decide(desk, clickOn(request, { by: BEN }));

    expect(twice).toMatchObject({ state: "approved", decision: { people: ["ada", "ben"] } });
    expect(twice).toMatchObject({
      yeses: [
        { by: "ada", stepped: false },
        { by: "ben", stepped: true },
      ],
    });
  });

  test("and where that is not enough yet, who was asked to say it once more is asked no more", async () => {
    const { desk, request } = await askOnce();
    desk.setPolicy(policyWithRule({ quorum: 3 }, TWO_YESES));

    expect(await decide(desk, clickOn(request, { by: BEN }))).toEqual(refuse("alreadySaidYes"));
    const twice = await decide(desk, clickOn(request));

    expect(twice).toMatchObject({ state: "pending", needs: { stepUp: false }, yeses: [{ by: "ben" }, { by: "ada" }] });
    expect(await decide(desk, clickOn(request))).toEqual(refuse("alreadySaidYes"));
  });
});

test("a second click decides where fewer yeses are needed by then", async () => {
  const { desk, request } = await askTwo();
  await decide(desk, clickOn(request));
  desk.setPolicy(policyWithRule({ quorum: 1 }, TWO_YESES));

  expect(await decide(desk, clickOn(request))).toMatchObject({ state: "approved", decision: { people: ["ada"] } });
});

test("who said yes to less is told so at a second click on what they saw, and may still say no", async () => {
  const { desk, request } = await askTwo();
  const less = { ...LATER, startsAt: null };
  const once = await decide(desk, clickOn(request, { stepped: true, less }));
  if (!("fingerprint" in once)) throw new Error(JSON.stringify(once));

  expect(once.fingerprint).not.toBe(request.fingerprint);
  expect(await decide(desk, clickOn(request, { stepped: true, less }))).toEqual(refuse("alreadySaidYes"));
  expect(await decide(desk, clickOn(request, { verdict: "deny" }))).toEqual(refuse("changedSinceShown"));
  const no = clickOn(request, { fingerprint: once.fingerprint, verdict: "deny" });
  expect(await decide(desk, no)).toMatchObject({ state: "denied" });
});

test("a yes in the form counts whatever is asked for later, and one by a bare click again where no form is", async () => {
  const { desk, request } = await askTwo();
  await decide(desk, clickOn(request));
  desk.clock.advance(HALF_AN_HOUR);
  await decide(desk, clickOn(request, { by: BEN, stepped: true }));
  desk.setPolicy(policyWithRule({ quorum: 3 }, TWO_YESES));

  const thrice = await decide(desk, clickOn(request, { by: sampleRecord("sam") }));

  expect(thrice).toMatchObject({ state: "approved", decision: { people: ["ada", "ben", "sam"] } });
});

test("a yes of a record from before it was kept how it was given counts as a bare click", async () => {
  const { desk, request } = await askTwo();
  const old = { by: "ada", at: NOON, policyHash: "p1", less: null };
  const next = { ...request, version: 2, yeses: [old] };
  await desk.store.commit({ writes: [{ kind: "request", expected: 1, next }], tellings: [], rows: [] });
  expect(await decide(desk, clickOn(request))).toEqual(refuse("alreadySaidYes"));

  expect(await decide(desk, clickOn(request, { by: BEN }))).toMatchObject({ state: "approved" });
});

describe("P6 · a yes in a form counts only for a risk that the form said", () => {
  const saidLow = (risk: Risk) => risk.tier === "low";

  test("and not for the later start that is chosen in it", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(policyWithRule({}, { risk: HOURS }));
    const request = await askFor(desk);

    expect(await decide(desk, clickOn(request, { said: saidLow, less: LATER }))).toEqual(refuse("stepUpNeeded"));
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(await decide(desk, clickOn(request, { stepped: true, less: LATER }))).toMatchObject({
      ...{ state: "approved", lent: LATER, needs: { tier: "medium" } },
    });
  });

  test("and does not decide by a bare click at a higher one, where it alone is enough by then", async () => {
    const { desk, request } = await askTwo();
    const once = await decide(desk, clickOn(request, { said: saidLow }));
    expect(once).toMatchObject({ state: "pending", yeses: [{ by: "ada", stepped: true }] });
    desk.clock.advance(HALF_AN_HOUR);
    expect(await decide(desk, clickOn(request))).toEqual(refuse("alreadySaidYes"));
    desk.setPolicy(policyWithRule({ quorum: 1 }, { ...TWO_YESES, risk: HOURS }));

    expect(await decide(desk, clickOn(request, { said: saidLow }))).toEqual(refuse("stepUpNeeded"));
    const inForm = await decide(desk, clickOn(request, { stepped: true }));

    expect(inForm).toMatchObject({ state: "approved", yeses: [{ by: "ada", stepped: true }] });
  });

  test("and where that risk needs no form yet, it is as a bare click", async () => {
    const { desk, request } = await askTwo();
    desk.setPolicy(policyWithRule({ quorum: 2 }, { ...TWO_YESES, risk: { ...HOURS, tiers: {} } }));
    desk.clock.advance(HALF_AN_HOUR);

    const once = await decide(desk, clickOn(request, { said: saidLow }));

    expect(once).toMatchObject({ state: "pending", yeses: [{ by: "ada", stepped: false }] });
  });
});

describe("P6 · right before it is made", () => {
  const made = async (stepped: boolean, risk: object) => {
    const bench = createFakeBench();
    const request = await askFor(bench);
    await decide(bench, clickOn(request, { stepped }));
    bench.setPolicy(policyWithRule({}, { risk }));
    await refreshPeople(bench);
    await settle(bench);
    return bench.store.grant(`${request.id}a`);
  };
  const FORM = { tiers: { low: { stepUp: true } } };

  test("a bare click does not count where the form is asked for by now, and it is said why", async () => {
    const words = expect.stringMatching(
      /^the policy wants each yes in the form .* and one was not given in it, so it has/,
    );

    expect(await made(false, FORM)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore", words } });
  });

  test("a yes in the form counts, and nothing is said of forms where too few said yes at all", async () => {
    expect(await made(true, FORM)).toMatchObject({ state: "active" });
    expect(await made(true, { tiers: { low: { quorum: 2, stepUp: true } } })).toMatchObject({
      state: "ended",
      ending: { words: null },
    });
  });
});
