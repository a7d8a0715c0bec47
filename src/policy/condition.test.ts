import { describe, expect, test } from "vitest";
import type { Question } from "../workflows/ports.ts";
import { compileCondition } from "./condition.ts";
import { examineCondition } from "./condition-faults.ts";

const KNOWN = { people: ["jo", "dana"], companies: ["acme"], profiles: ["logs"] };

function question(changes: Partial<Question> = {}): Question {
  return {
    asker: { id: "jo", company: "acme", guest: true, email: "jo@acme.example" },
    target: {
      ...{ cluster: "prod", namespace: "payments", profile: "logs" },
      ...{ clusterLabels: { env: "prod" }, labels: { team: "payments" } },
    },
    seconds: 3600,
    tier: "low",
    now: { hour: 9, minute: 30, weekday: "mon", epoch: 1_800_000_000 },
    ...changes,
  };
}

/** Takes a condition that must be without fault; returns what it gives. */
function ask(text: string, asked = question()): boolean | null {
  const found = examineCondition(text, KNOWN);
  if ("faults" in found) throw new Error(found.faults.join("; "));
  return compileCondition(text, found.parts)(asked);
}

const faultsOf = (text: string) => {
  const found = examineCondition(text, KNOWN);
  return "faults" in found ? found.faults : [];
};

describe("a condition sees", () => {
  test.each([
    [
      "the asker",
      'asker.id == "jo" && asker.company == "acme" && asker.guest && asker.email.endsWith("@acme.example")',
    ],
    ["the target", 'target.cluster == "prod" && target.namespace == "payments" && target.profile == "logs"'],
    ["labels, by either way of writing", 'target.labels.team == "payments" && target.clusterLabels["env"] == "prod"'],
    ["whole numbers", "seconds == 3600 && seconds / 60 < 61 && now.epoch > 1700000000"],
    ["the moment", 'now.hour == 9 && now.minute == 30 && now.weekday in ["mon", "tue"]'],
    ["the tier", 'tier in ["low", "medium"]'],
    ["lists by macros", 'target.labels.exists(k, k == "team") && [1, 2].all(n, n > 0)'],
  ])("%s", (_, text) => {
    expect(ask(text)).toBe(true);
  });

  test("no label where there is none, which it can ask before", () => {
    const bare = question({ target: { ...question().target, labels: {} } });

    expect(ask('target.labels.team == "payments"', bare)).toBeNull();
    expect(ask('has(target.labels.team) && target.labels.team == "payments"', bare)).toBe(false);
    expect(ask('"constructor" in target.labels', bare)).toBe(false);
  });
});

describe("a fault of a condition is found when it is read:", () => {
  test.each([
    ["no expression", "now.hour >=", /^is no CEL expression: .*\(character 10\)$/],
    ["a name nobody knows", 'askr.id == "jo"', /^there is no "askr": a condition sees asker, /],
    [
      "a field nobody knows",
      'asker.nme == "jo"',
      /^there is no asker\.nme: asker has id, company, guest, email \(character 6\)$/,
    ],
    ["the same by its key", 'asker["nme"] == "jo"', /^there is no asker\.nme/],
    ["a field that is reckoned", 'asker[tier] == "jo"', /^write out which field of asker is meant/],
    ["what every object answers to", 'asker.constructor == "jo"', /^there is no asker\.constructor/],
    ["a person nobody knows", 'asker.id == "joe"', /^asker\.id is never "joe"/],
    ["one of several", 'now.weekday in ["sat", "sunday"]', /^now\.weekday is never "sunday"/],
    ["a number that is text", 'now.hour == "8"', /^compares or combines values of different kinds/],
    ["the same where it would not be reached", 'asker.guest || now.hour < "8"', /^compares or combines/],
    ["no yes or no", "now.hour + 1", /^gives no yes or no/],
    ["a function nobody needs", "type(1) == type(2)", /^there is no function type: use size, /],
    ["a pattern that cannot be read", 'asker.email.matches("(a")', /^no pattern that RE2 reads/],
    ["a pattern that is made up as it goes", "asker.email.matches(asker.id)", /^write the pattern of matches out/],
    [
      "a macro in a macro",
      "[1].all(x, [2].all(y, x < y))",
      /^a macro \(all, exists, map, …\) cannot stand inside another/,
    ],
    ["too many parts", Array(120).fill("asker.guest").join("||"), /^has more than 300 parts/],
  ])("%s", (_, text, words) => {
    expect(faultsOf(text)[0]).toMatch(words);
  });
});

describe("an evaluation is bounded:", () => {
  test("a pattern that backtracking would never come back from takes no time", () => {
    const email = `${"a".repeat(250)}!`;
    const asked = question({ asker: { ...question().asker, email } });
    const before = process.cpuUsage();

    expect(ask('asker.email.matches("^(a+)+$")', asked)).toBe(false);
    expect(ask('asker.email.matches("^(a|a)*$")', asked)).toBe(false);

    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_000);
  });

  test("a namespace with more labels than anybody gives it cannot be evaluated, and says so", () => {
    const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, "a".repeat(63)]));
    const asked = question({ target: { ...question().target, labels } });

    expect(ask('target.labels.exists(k, k == "none")', asked)).toBeNull();
    // Not even where an error would be passed over.
    expect(ask('target.labels.exists(k, k == "none") || asker.guest', asked)).toBeNull();
  });
});
