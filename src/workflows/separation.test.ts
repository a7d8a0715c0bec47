import { describe, expect, test } from "vitest";
import { SAMPLE_FACTS, SAMPLE_GRANTS, SAMPLE_TARGET, samplePolicy } from "../../test/fakes/samples.ts";
import type { Grant } from "./grant.ts";
import type { ClusterFacts } from "./ports.ts";
import { refuse } from "./refusal.ts";
import { besideWhatEnds, findConflict, spotsOf, whySeparated } from "./separation.ts";

const DEPLOY = { profiles: ["restart"], cluster: "prod", namespaces: ["payments"] };
const LOOK = { profiles: ["logs"], cluster: "prod", namespaces: ["ledger", { label: "team", value: "pay" }] };
const FACTS: ClusterFacts = { ...SAMPLE_FACTS, namespaceLabels: { ledger: {}, payments: {}, web: { team: "pay" } } };

const restart = (namespaces: string[]) => ({ ...SAMPLE_TARGET, profile: "restart", namespaces });
const logs = (namespaces: string[]) => ({ ...SAMPLE_TARGET, namespaces });
const held = (changes: Partial<Grant>): Grant => ({ ...SAMPLE_GRANTS.active, ...changes }) as Grant;

function conflict(
  wanted: ReturnType<typeof logs>,
  holding: readonly Grant[],
  { sides = { first: DEPLOY, second: LOOK }, facts = FACTS as ClusterFacts | null } = {},
) {
  const policy = samplePolicy({ separation: [{ name: "apart", why: "Not both", ...sides }] });
  return findConflict(policy, wanted, holding, () => facts)?.held.id ?? null;
}

describe("what must be apart", () => {
  test("is refused beside what the other side covers, whichever came first", () => {
    expect(conflict(restart(["payments"]), [held(logs(["ledger"]))])).toBe("abcdefghija");
    expect(conflict(logs(["ledger"]), [held(restart(["payments"]))])).toBe("abcdefghija");
  });

  test.each<[string, ReturnType<typeof logs>, Grant[]]>([
    ["nothing is held", restart(["payments"]), []],
    ["what is held is of the same side", restart(["payments"]), [held(restart(["payments"]))]],
    ["another profile is asked for", logs(["payments"]), [held(logs(["ledger"]))]],
    ["what is held is elsewhere", restart(["payments"]), [held({ ...logs(["ledger"]), cluster: "dev" })]],
    ["what is held is in another namespace", restart(["payments"]), [held(logs(["payments"]))]],
    ["it is asked for in another namespace", restart(["web"]), [held(logs(["ledger"]))]],
  ])("is no matter where %s", (_, wanted, holding) => {
    expect(conflict(wanted, holding)).toBeNull();
  });

  test("P6 · counts until it is proven over: while it is made, in use and ending", () => {
    const of = (state: Grant["state"]) => conflict(restart(["payments"]), [held({ ...logs(["ledger"]), state })]);

    const id = "abcdefghija";
    expect([of("making"), of("active"), of("ending"), of("ended")]).toEqual([id, id, id, null]);
  });

  test("is met by one namespace of several", () => {
    expect(conflict(restart(["web", "payments"]), [held(logs(["payments", "ledger"]))])).toBe("abcdefghija");
  });

  test("is found among all that is held", () => {
    expect(conflict(restart(["payments"]), [held(restart(["web"])), held({ ...logs(["ledger"]), id: "b" })])).toBe("b");
  });

  test("is found by label, also where labels are not known", () => {
    expect(conflict(restart(["payments"]), [held(logs(["web"]))])).toBe("abcdefghija");
    expect(conflict(restart(["payments"]), [held(logs(["closed"]))])).toBe("abcdefghija");
    expect(conflict(restart(["payments"]), [held(logs(["payments"]))], { facts: null })).toBe("abcdefghija");
  });

  test("may be of every place", () => {
    const sides = { first: { profiles: ["restart"] }, second: { profiles: ["logs"] } };
    const elsewhere = held({ ...logs(["any"]), cluster: "dev" });

    expect(conflict(restart(["payments"]), [elsewhere], { sides } as never)).toBe("abcdefghija");
  });

  test("does not set one access that both sides cover against itself, but against another", () => {
    const both = { first: { profiles: ["logs"] }, second: { profiles: ["logs", "restart"] } };

    expect(conflict(logs(["web"]), [], { sides: both } as never)).toBeNull();
    expect(conflict(logs(["web"]), [held(restart(["web"]))], { sides: both } as never)).toBe("abcdefghija");
    expect(conflict(restart(["web"]), [held(restart(["web"]))], { sides: both } as never)).toBeNull();
  });
});

describe("P6 · the namespaces of one request stand beside each other:", () => {
  const BOTH = { first: { profiles: ["logs"] }, second: { profiles: ["logs", "restart"] } };
  const TWO = {
    first: { profiles: ["logs"], cluster: "prod", namespaces: ["payments", "web"] },
    second: { profiles: ["logs"], cluster: "prod", namespaces: ["ledger", { label: "team", value: "pay" }] },
  };
  const parted = (wanted: ReturnType<typeof logs>, sides: object = TWO, facts: ClusterFacts | null = FACTS) => {
    const policy = samplePolicy({ separation: [{ name: "apart", why: "Not both", ...sides }] });
    return whySeparated(policy, wanted, { held: [], factsOf: (cluster) => (cluster === "prod" ? facts : null) });
  };
  const refusal = (first: string[], second: string[]) =>
    refuse("separatedTogether", { field: "namespaces", detail: "Not both", rule: "apart", sides: [first, second] });

  test("one of them on one side and another on the other are refused, both sides named", () => {
    expect(parted(logs(["ledger", "payments"]))).toEqual(refusal(["payments"], ["ledger"]));
    expect(parted(logs(["payments", "ledger"]))).toEqual(refusal(["payments"], ["ledger"]));
  });

  test("so is one on one side beside one that both sides cover", () => {
    expect(parted(logs(["payments", "web"]))).toEqual(refusal(["payments", "web"], ["web"]));
    expect(parted(logs(["ledger", "web"]))).toEqual(refusal(["web"], ["ledger", "web"]));
  });

  test("so are two that both sides cover: one would not be lent beside the other, either", () => {
    expect(parted(logs(["payments", "web"]), BOTH)).toEqual(refusal(["payments", "web"], ["payments", "web"]));
    expect(parted(logs(["payments", "web"]), TWO, null)).toEqual(refusal(["payments", "web"], ["payments", "web"]));
    const turned = { first: TWO.second, second: TWO.first };
    expect(parted(logs(["payments", "web"]), turned, null)).toEqual(refusal(["payments", "web"], ["payments", "web"]));
  });

  test.each<[string, ReturnType<typeof logs>, object?]>([
    ["what one side alone covers", logs(["payments", "closed-too"])],
    ["what the other side alone covers", logs(["ledger"])],
    ["one namespace that both sides cover", logs(["web"])],
    ["one namespace that both sides cover, by profiles alone", logs(["payments"]), BOTH],
    ["what another profile would do there", restart(["payments", "ledger"])],
    ["what another cluster would do there", { ...logs(["payments", "ledger"]), cluster: "dev" }],
    ["what is on one side, beside what is on none", logs(["ledger", "payments"]), { ...TWO, first: DEPLOY }],
  ])("%s is no matter", (_, wanted, sides) => {
    const known = { ...FACTS, namespaceLabels: { ...FACTS.namespaceLabels, "closed-too": {} } };

    expect(parted(wanted, sides, known)).toBeNull();
  });

  test("is told before what is held, since leaving namespaces out may mend both; of several, the first by name", () => {
    const separation = [
      { name: "b", why: "Second", ...TWO },
      { name: "a", why: "First", ...TWO },
    ];
    const around = { held: [held(logs(["web"]))], factsOf: () => FACTS };

    const told = whySeparated(samplePolicy({ separation }), logs(["payments", "ledger"]), around);

    expect(told).toMatchObject({ refused: "separatedTogether", detail: "First", rule: "a" });
  });
});

test("of several that stand between, the first by name is told", () => {
  const sides = { first: DEPLOY, second: LOOK };
  const separation = [
    { name: "b", why: "Second", ...sides },
    { name: "a", why: "First", ...sides },
  ];
  const around = { held: [held(logs(["ledger"]))], factsOf: () => FACTS };

  expect(whySeparated(samplePolicy({ separation }), restart(["payments"]), around)).toEqual({
    ...{ refused: "separated", field: "profile", detail: "First", rule: "a" },
  });
  expect(whySeparated(samplePolicy(), restart(["payments"]), around)).toBeNull();
});

test("what is ending is told as that, and after what can be handed back", () => {
  const policy = samplePolicy({ separation: [{ name: "a", why: "First", first: DEPLOY, second: LOOK }] });
  const ending = { ...held(logs(["ledger"])), state: "ending" } as Grant;
  const told = (holding: Grant[]) =>
    whySeparated(policy, restart(["payments"]), { held: holding, factsOf: () => FACTS })?.refused;

  expect(told([ending])).toBe("separatedWhileEnding");
  expect(told([ending, held(logs(["ledger"]))])).toBe("separated");
  expect(told([held(logs(["ledger"])), ending])).toBe("separated");
});

test("what ends and may still work beside it is told in words, each pass once; what is used or over is not", () => {
  const policy = samplePolicy({ separation: [{ name: "a", why: "First", first: DEPLOY, second: LOOK }] });
  const ending = (namespaces: string[], id: string) => ({ ...held(logs(namespaces)), id, state: "ending" }) as Grant;
  const many = ["ledger", "ns-1", "ns-2", "ns-3", "ns-4", "ns-5", "ns-6"];
  const holding = [
    ...[ending(["ledger"], "x"), ending(["payments"], "y"), ending(many, "z"), ending(many.slice(0, 5), "w")],
    ...[held(logs(["ledger"])), held({ ...logs(["ledger"]), state: "ended" })],
  ];

  const words = besideWhatEnds(policy, restart(["payments"]), { held: holding, factsOf: () => FACTS });

  const told = (where: string) =>
    `A pass of theirs is ending, and is not proven over: logs in ${where} on prod may still work beside this, ` +
    "which the policy keeps apart (a)";
  expect(words).toEqual([
    told("ledger"),
    told("ledger, ns-1, ns-2, ns-3, ns-4, and 2 more"),
    told("ledger, ns-1, ns-2, ns-3, ns-4"),
  ]);
});

test("each namespace of a place is a spot of its own", () => {
  expect(spotsOf(logs(["web", "closed"]), FACTS)).toEqual([
    { cluster: "prod", namespace: "web", labels: { team: "pay" }, profile: "logs" },
    { cluster: "prod", namespace: "closed", labels: null, profile: "logs" },
  ]);
});
