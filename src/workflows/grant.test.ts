import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { NOON, SAMPLE_GRANTS, sampleGrant } from "../../test/fakes/samples.ts";
import {
  type Ending,
  type Grant,
  type GrantEvent,
  isLive,
  type Lent,
  lastDelivery,
  type MakingGrant,
  transitionGrant,
} from "./grant.ts";
import { isRefusal, type Refusal, type RefusalCode } from "./refusal.ts";

const ending: Ending = { why: "released", by: "mia", words: null, since: NOON + 30_000 };
const EVENTS = {
  trouble: { type: "trouble", words: "does not answer", at: NOON },
  proven: { type: "proven", at: NOON + 2000 },
  timerArmed: { type: "timerArmed" },
  warned: { type: "warned" },
  delivery: { type: "delivery", at: NOON + 3000 },
  end: { type: "end", ending },
  paged: { type: "paged", paged: { at: NOON + 90_000, words: "prod does not answer" } },
  refused: { type: "refused", at: NOON + 31_000 },
} as const satisfies { readonly [Type in GrantEvent["type"]]: Extract<GrantEvent, { type: Type }> };

type Outcome = Grant["state"] | { readonly no: RefusalCode };
const not = (no: RefusalCode) => ({ no });

/** The whole of it: what each event does to a grant in each state. */
const TABLE: Readonly<Record<Grant["state"], Readonly<Record<GrantEvent["type"], Outcome>>>> = {
  making: {
    ...{ trouble: "making", proven: "active", timerArmed: not("notNow"), delivery: not("notActive") },
    ...{ warned: not("notNow"), end: "ending", paged: not("notNow"), refused: not("notNow") },
  },
  active: {
    ...{ trouble: not("notNow"), proven: not("notNow"), timerArmed: "active", delivery: "active" },
    ...{ warned: "active", end: "ending", paged: not("notNow"), refused: not("notNow") },
  },
  ending: {
    ...{ trouble: not("notNow"), proven: not("notNow"), timerArmed: not("notNow"), delivery: not("notActive") },
    ...{ warned: not("notNow"), end: not("alreadyEnding"), paged: "ending", refused: "ended" },
  },
  ended: {
    ...{ trouble: not("notNow"), proven: not("notNow"), timerArmed: not("notNow"), delivery: not("notActive") },
    ...{ warned: not("notNow"), end: not("alreadyEnding"), paged: not("notNow"), refused: not("notNow") },
  },
};

const CELLS = Object.values(SAMPLE_GRANTS).flatMap((grant: Grant) =>
  Object.values(EVENTS).map((event: GrantEvent) => ({
    ...{ grant, event, state: grant.state, type: event.type, outcome: TABLE[grant.state][event.type] },
  })),
);
const saysNo = ({ outcome }: { outcome: Outcome }) => typeof outcome === "object";

describe("a grant", () => {
  test.each(CELLS.filter((cell) => !saysNo(cell)))("that is $state goes to $outcome on $type", (cell) => {
    expect(transitionGrant(cell.grant, cell.event)).toMatchObject({
      state: cell.outcome,
      version: cell.grant.version + 1,
    });
  });

  test.each(CELLS.filter(saysNo))("that is $state refuses $type", ({ grant, event, outcome }) => {
    expect(transitionGrant(grant, event)).toEqual({ refused: typeof outcome === "object" && outcome.no });
  });
});

describe("what a state carries", () => {
  test("trouble is remembered while the grant is made and gone when it is proven", () => {
    const inTrouble = transitionGrant(sampleGrant(), EVENTS.trouble) as MakingGrant;
    const proven = transitionGrant(inTrouble, EVENTS.proven);

    expect(inTrouble).toMatchObject({ trouble: "does not answer", troubleAt: NOON });
    expect(proven).not.toHaveProperty("trouble");
    expect(proven).not.toHaveProperty("troubleAt");
  });

  test("a grant becomes active without deliveries and with its timer unseen", () => {
    const next = transitionGrant(sampleGrant(), EVENTS.proven);

    expect(next).toMatchObject({ activeAt: NOON + 2000, timerArmed: false, deliveries: [] });
  });

  test("deliveries are numbered from 1 and no number comes twice", () => {
    let grant: Grant = SAMPLE_GRANTS.active;
    for (let i = 0; i < 3; i++) {
      const next: Grant | Refusal = transitionGrant(grant, { type: "delivery", at: NOON + i });
      if (isRefusal(next)) throw new Error(next.refused);
      grant = next;
    }

    expect(grant).toMatchObject({
      deliveries: [
        { n: 1, at: NOON },
        { n: 2, at: NOON + 1 },
        { n: 3, at: NOON + 2 },
      ],
    });
  });

  test("an ending keeps the deliveries and since when it was active, and loses what only an active grant has", () => {
    const active = { ...SAMPLE_GRANTS.active, deliveries: [{ n: 1, at: NOON }] };

    const next = transitionGrant(active, EVENTS.end);

    expect(next).toMatchObject({ ending, activeAt: NOON + 1000, deliveries: [{ n: 1, at: NOON }] });
    expect(next).not.toHaveProperty("timerArmed");
  });

  test("what ends before it was active says so", () => {
    const next = transitionGrant(sampleGrant({ trouble: "does not answer" }), EVENTS.end);

    expect(next).toMatchObject({ activeAt: null, deliveries: [] });
    expect(next).not.toHaveProperty("trouble");
  });

  test("who ended it first, and why, stands", () => {
    const first = transitionGrant(SAMPLE_GRANTS.active, EVENTS.end);
    if (isRefusal(first)) throw new Error(first.refused);

    const second = transitionGrant(first, { type: "end", ending: { ...ending, why: "revoked", by: "olga" } });

    expect(second).toEqual({ refused: "alreadyEnding" });
    expect(first).toMatchObject({ ending });
  });

  test("an ending that a wrong clock began later than it was proven took no time, and never less", () => {
    const began = EVENTS.refused.at + 3_600_000;
    const grant = { ...SAMPLE_GRANTS.ending, ending: { ...ending, since: began } };

    const before = transitionGrant(grant, EVENTS.refused);
    const after = transitionGrant(grant, { type: "refused", at: began + 40 });

    expect(before).toMatchObject({ ending: { ...ending, since: EVENTS.refused.at }, refusedAt: EVENTS.refused.at });
    expect(after).toMatchObject({ ending: { ...ending, since: began }, refusedAt: began + 40 });
  });
});

const ORDER: Readonly<Record<Grant["state"], number>> = { making: 0, active: 1, ending: 2, ended: 3 };
const lentOf = ({ id, request, grantee, decidedBy, decidedAt, end, ...rest }: Lent) => {
  const { cluster, namespaces, profile, role, roleHash } = rest;
  return { id, request, grantee, decidedBy, decidedAt, end, cluster, namespaces, profile, role, roleHash };
};

test("whatever happens in whatever order, a grant never goes back, nothing lent changes, each change counts one", () => {
  const random = createRandom();
  for (let run = 0; run < 300; run++) {
    let grant: Grant = sampleGrant();
    for (let step = 0; step < 25; step++) {
      const event = random.pick<GrantEvent>(Object.values(EVENTS));
      const before = structuredClone(grant);
      const next: Grant | Refusal = transitionGrant(grant, event);
      const where = `seed ${random.seed}, run ${run}, step ${step}: ${event.type} in ${grant.state}`;

      expect(grant, `${where} changed the old state`).toEqual(before);
      if (isRefusal(next)) continue;
      expect(next.version, where).toBe(grant.version + 1);
      expect(ORDER[next.state], where).toBeGreaterThanOrEqual(ORDER[grant.state]);
      expect(lentOf(next), where).toEqual(lentOf(before));
      grant = next;
    }
  }
});

test("a grant is live until it has ended", () => {
  expect(
    Object.values(SAMPLE_GRANTS)
      .filter(isLive)
      .map((grant) => grant.state),
  ).toEqual(["making", "active", "ending"]);
});

test("the last delivery is the last one made, and none before it is in use", () => {
  const delivered = transitionGrant(SAMPLE_GRANTS.active, EVENTS.delivery);
  if (isRefusal(delivered)) throw new Error(delivered.refused);

  expect(lastDelivery(SAMPLE_GRANTS.making)).toBe(0);
  expect(lastDelivery(SAMPLE_GRANTS.active)).toBe(0);
  expect(lastDelivery(delivered)).toBe(1);
});
