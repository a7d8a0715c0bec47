import { describe, expect, test } from "vitest";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, sampleForce, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { type Cell, coveringRules, decidingRule, limitOf, sayingsOf, whyDenied } from "./deciding.ts";
import type { Conditions, PolicyInForce, Question } from "./ports.ts";
import { isRefusal } from "./refusal.ts";

const { people } = POLICY_INPUT;
const [RULE] = POLICY_INPUT.rules;
const CELL: Cell = {
  ...{ by: sampleRecord("mia", { guest: true }), facts: { ...SAMPLE_FACTS, labels: { env: "prod" } } },
  spot: { cluster: "prod", namespace: "payments", labels: { team: "pay" }, profile: "logs" },
  ...{ risk: { tier: "medium", words: [] }, seconds: 7200, now: NOON },
};

/** Takes the policy in force, a cell and what differs in it; returns what each of deciding.ts' questions takes. */
function asked(force: PolicyInForce, changes: Partial<Cell> = {}) {
  const cell = { ...CELL, ...changes };
  return [force, cell, sayingsOf(force.policy, cell.by, cell.spot)] as const;
}

/** Conditions are the names of those that hold; `?` cannot be evaluated. */
function answering(...holding: string[]): Conditions {
  return {
    holds: (expression) => (expression === "?" ? null : holding.includes(expression)),
    matchesTicket: () => false,
  };
}

function rule(name: string, changes: object = {}) {
  return { ...RULE, name, when: name, whenWords: `when ${name}`, ...changes };
}

function decide(rules: object[], holding: string[], cell: Partial<Cell> = {}) {
  const answer = decidingRule(...asked(sampleForce({ rules }, answering(...holding)), cell));
  return isRefusal(answer) ? answer : answer.name;
}

describe("of the rules that cover a cell decides", () => {
  const all = ["a", "b", "c"];

  test("the one with the largest quorum, whatever its limit and name", () => {
    const rules = [rule("a", { maxDuration: "5m" }), rule("b", { quorum: 2 })];

    expect(decide(rules, all)).toBe("b");
    expect(decide(rules.toReversed(), all)).toBe("b");
  });

  test("of these the one with the shortest limit, the profile's counted in", () => {
    const rules = [rule("a"), rule("b", { maxDuration: "3h59m" }), rule("c", { maxDuration: "4h" })];

    expect(decide(rules, all)).toBe("b");
    expect(decide(rules.toReversed(), all)).toBe("b");
    expect(decide([rule("c"), rule("b", { maxDuration: "4h" })], all)).toBe("b");
  });

  test("of these the one whose name comes first", () => {
    expect(decide([rule("c"), rule("a"), rule("b")], all)).toBe("a");
    expect(decide([rule("a"), rule("c"), rule("b")], all)).toBe("a");
  });

  test("none whose condition does not hold, or cannot be evaluated", () => {
    expect(decide([rule("a", { quorum: 2 }), rule("b")], ["b"])).toBe("b");
    expect(decide([rule("a", { quorum: 2, when: "?" }), rule("b")], ["a", "b"])).toBe("b");
  });

  test("none for others, elsewhere, or for another profile", () => {
    const other = { quorum: 2 };

    expect(decide([rule("a", { ...other, who: ["ada"] }), rule("b")], all)).toBe("b");
    expect(decide([rule("a", { ...other, cluster: "dev" }), rule("b")], all)).toBe("b");
    expect(decide([rule("a", { ...other, namespaces: ["web"] }), rule("b")], all)).toBe("b");
    expect(decide([rule("a", { ...other, profiles: ["restart"] }), rule("b")], all)).toBe("b");
  });

  test("none by a label that nobody knows", () => {
    const byLabel = rule("a", { namespaces: [{ label: "team", value: "pay" }] });

    expect(decide([byLabel], all)).toBe("a");
    expect(decide([byLabel], all, { spot: { ...CELL.spot, labels: null } })).toMatchObject({ refused: "notOffered" });
  });
});

describe("why none decides", () => {
  test("is that there is none", () => {
    expect(decide([rule("a", { who: ["ada"] })], ["a"])).toEqual({
      ...{ refused: "notOffered", field: "namespaces", detail: "payments" },
    });
  });

  test("is the condition of the strictest", () => {
    expect(decide([rule("a"), rule("b", { quorum: 2 })], [])).toEqual({
      ...{ refused: "conditionNotMet", field: "namespaces", detail: "when b", rule: "b" },
    });
  });
});

describe("a denial", () => {
  const deny = (denial: object, holding: string[] = [], cell: Partial<Cell> = {}) => {
    const denials = [{ name: "no", why: "Because", ...denial }];
    return whyDenied(...asked(sampleForce({ denials }, answering(...holding)), cell))?.refused ?? null;
  };

  test.each<[string, object, string | null]>([
    ["of everything covers all", {}, "denied"],
    ["of the person", { who: ["mia"] }, "denied"],
    ["of somebody else", { who: ["max"] }, null],
    ["of the company", { who: ["acme"] }, "denied"],
    ["of the cluster", { cluster: "prod" }, "denied"],
    ["of another cluster", { cluster: "dev" }, null],
    ["of the namespace", { namespaces: ["pay*"] }, "denied"],
    ["of another namespace", { namespaces: ["web"] }, null],
    ["of the profile", { profiles: ["logs"] }, "denied"],
    ["of another profile", { profiles: ["restart"] }, null],
    ["of the person, elsewhere", { who: ["mia"], cluster: "dev" }, null],
    ["whose condition holds", { when: "frozen" }, "denied"],
    ["whose condition cannot be evaluated", { when: "?" }, "denied"],
    ["whose condition does not hold", { when: "thawed" }, null],
    ["whose condition holds, of somebody else", { when: "frozen", who: ["max"] }, null],
  ])("%s", (_, denial, refused) => {
    expect(deny(denial, ["frozen"])).toBe(refused);
  });

  test("by a label covers what nobody knows the labels of", () => {
    const byLabel = { namespaces: [{ label: "team", value: "web" }] };

    expect(deny(byLabel)).toBeNull();
    expect(deny(byLabel, [], { spot: { ...CELL.spot, labels: null } })).toBe("denied");
  });

  test("with a condition does not count while it is not known for how long", () => {
    expect(deny({ when: "frozen" }, ["frozen"], { seconds: null })).toBeNull();
    expect(deny({}, [], { seconds: null })).toBe("denied");
  });

  test("of everybody covers strangers too", () => {
    expect(deny({ when: "frozen" }, ["frozen"], { by: sampleRecord("zoe") })).toBe("denied");
  });

  test("says why, and of several the first by name", () => {
    const denials = [
      { name: "b", why: "Second" },
      { name: "a", why: "First" },
    ];
    const first = { refused: "denied", field: "namespaces", detail: "First", rule: "a" };

    expect(whyDenied(...asked(sampleForce({ denials })))).toEqual(first);
    expect(whyDenied(...asked(sampleForce({ denials: denials.toReversed() })))).toEqual(first);
    expect(decidingRule(...asked(sampleForce({ denials })))).toEqual(first);
  });

  test("P6 · for a group that Slack would not show covers whoever the policy lists, and is told as that", () => {
    const groups = {
      ...POLICY_INPUT.groups,
      frozen: { name: "frozen", channel: "C0F", people: [], slackGroups: ["S0F"] },
    };
    const denials = [{ name: "freeze", why: "Frozen", who: ["frozen"] }];
    const of = (by: Parameters<typeof sampleRecord>[1], more: object[] = [], who = "mia") =>
      whyDenied(
        ...asked(sampleForce({ groups, denials: [...denials, ...more] }), {
          by: sampleRecord(who, { askedGroups: ["S0F"], ...by }),
        }),
      );

    expect(of({ slackGroups: ["S0F"] })).toMatchObject({ refused: "denied", rule: "freeze" });
    expect(of({ unreadGroups: ["S0F"] })).toEqual({
      ...{ refused: "groupUnread", field: "namespaces", detail: "S0F", rule: "freeze" },
    });
    expect(of({ askedGroups: ["S0OTHER"] })).toEqual(of({ unreadGroups: ["S0F"] }));
    expect(of({ askedGroups: ["S0OTHER"] }, [], "zoe")).toBeNull();
    expect(of({ unreadGroups: ["S0F"] }, [{ name: "z", why: "Closed" }])).toMatchObject({
      refused: "denied",
      rule: "z",
    });
    expect(of({ unreadGroups: ["S0F"] }, [{ name: "a", why: "Frozen", who: ["frozen"] }])).toMatchObject({ rule: "a" });
    expect(of({ unreadGroups: ["S0OTHER"] })).toBeNull();
    expect(of({ unreadGroups: ["S0F"] }, [], "zoe")).toBeNull();
  });

  test("does not tell of what is not offered anyway", () => {
    const force = sampleForce({ denials: [{ name: "no", why: "Secret" }], rules: [] });

    expect(decidingRule(...asked(force))).toMatchObject({ refused: "notOffered" });
  });
});

test("no rule by a label covers a cell whose labels are not known", () => {
  const force = sampleForce({ rules: [{ ...RULE, namespaces: [{ label: "team", value: "pay" }] }] });

  expect(coveringRules(...asked(force))).toHaveLength(1);
  expect(coveringRules(...asked(force, { spot: { ...CELL.spot, labels: null } }))).toEqual([]);
});

describe("a condition is asked", () => {
  const questionsOf = (changes: Record<string, unknown> = {}, cell: Partial<Cell> = {}) => {
    const questions: Question[] = [];
    const holds = (_: string, question: Question) => questions.push(question) > 0;
    const force = sampleForce({ rules: [rule("a")], ...changes }, { holds, matchesTicket: () => false });
    coveringRules(...asked(force, cell));
    return questions;
  };

  test("of who asks, what for, how long, how dangerous, and when", () => {
    const known = { people: { ...people, mia: { ...people.mia, email: "mia@acme.example" } } };

    expect(questionsOf(known, { now: NOON + 61_999 })).toEqual([
      {
        asker: { id: "mia", company: "acme", guest: true, email: "mia@acme.example" },
        target: {
          ...{ cluster: "prod", namespace: "payments", profile: "logs" },
          ...{ clusterLabels: { env: "prod" }, labels: { team: "pay" } },
        },
        ...{ seconds: 7200, tier: "medium" },
        now: { hour: 12, minute: 1, weekday: "mon", epoch: NOON / 1000 + 61 },
      },
    ]);
  });

  test("once for all rules that have it", () => {
    const rules = [rule("a"), rule("b", { when: "a" }), rule("c")];

    expect(questionsOf({ rules })).toHaveLength(2);
  });

  test("with nothing where nothing is known", () => {
    const [question] = questionsOf(
      { rules: [rule("a", { who: ["ada"] })] },
      { by: sampleRecord("ada"), spot: { ...CELL.spot, labels: null } },
    );

    expect(question).toMatchObject({
      asker: { id: "ada", company: "", guest: false, email: "" },
      target: { labels: {} },
    });
  });

  test("in the zone of the hours", () => {
    const hours = { days: ["mon"], from: "08:00", to: "18:00", zone: "Asia/Kolkata" };

    expect(questionsOf({ risk: { hours } })[0]?.now).toEqual({
      ...{ hour: 17, minute: 30, weekday: "mon", epoch: NOON / 1000 },
    });
  });

  test("not at all while it is not known for how long", () => {
    expect(questionsOf({}, { seconds: null })).toEqual([]);
  });
});

test("a limit is the shorter of rule's and profile's; without a profile there is none to lend", () => {
  const policy = samplePolicy();

  expect(limitOf(policy, {}, "logs")).toBe(4 * 3600);
  expect(limitOf(policy, { maxDuration: 60 }, "logs")).toBe(60);
  expect(limitOf(policy, { maxDuration: 99_999 }, "logs")).toBe(4 * 3600);
  expect(limitOf(policy, { maxDuration: 60 }, "gone")).toBe(0);
});
