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

describe("a name that points nowhere is found wherever it is compared:", () => {
  const CLUSTERS = { ...KNOWN, clusters: new Set(["prod"]) };
  const namesIn = (text: string) => {
    const found = examineCondition(text, CLUSTERS);
    return ("faults" in found ? found.faults : []).map((fault) => fault.replace(/(: .*)? \(character \d+\)$/, ""));
  };

  test.each([
    ["a choice", 'asker.id == (asker.guest ? "mallory" : "jo")'],
    ["a choice in a choice, on the left", '(asker.guest ? "jo" : (tier == "low" ? "jo" : "mallory")) == asker.id'],
    ["a choice of fields", '(asker.guest ? asker.id : asker.company) == "mallory"'],
    ["a choice between a field and a known name", '(asker.guest ? asker.id : "jo") == "mallory"'],
    ["a list that is chosen", 'asker.id in (asker.guest ? ["jo"] : ["mallory"])'],
    ["a list of several parts", 'asker.id in ["jo"] + ["mallory"]'],
    ["a list of fields", '"mallory" in [asker.id]'],
    ["lists on both sides", '[asker.id] == ["mallory"]'],
    ["lists of several, one by one", '["prod", "mallory"] != [target.cluster, asker.id]'],
    ["lists of lists", '[asker.id] in [["jo"], ["mallory"]]'],
    ["a list put together on both sides", '[asker.id] + ["jo"] == ["mallory"] + ["jo"]'],
    ["a list's item", '["mallory"][0] == asker.id'],
    ["an item of lists in a list", '[["jo", "mallory"]].exists(x, x[0] == target.namespace && x[1] == asker.id)'],
    ["an item that is counted out", '["jo", "mallory"][now.hour] == asker.id'],
    ["an item of lists put together", '(["jo"] + ["mallory"])[1] == asker.id'],
    ["what a macro goes through", '["mallory"].exists(x, asker.id == x)'],
    ["the same of several", '!["jo", "mallory"].all(x, x != asker.id)'],
    ["a field that a macro goes through", '[asker.id].exists(x, x == "mallory")'],
    ["what a macro before it left", '["mallory"].filter(x, asker.guest).exists_one(y, asker.id == y)'],
    ["what a macro made", 'asker.id in ["a"].map(x, x == "a" ? "mallory" : "jo")'],
    ["a list in a macro's list", '[["jo"], ["mallory"]].exists(x, asker.id in x)'],
    ["a key", 'asker["id"] == ("mallory")'],
  ])("%s", (_, text) => {
    expect(namesIn(text)).toEqual([expect.stringMatching(/^asker\.(id|company) is never "mallory"$/)]);
  });

  test.each([
    'target.cluster == (asker.guest ? "prdo" : "prod")',
    '[target.cluster] == ["prdo"]',
    '["prdo"].exists(x, x == target.cluster)',
  ])("a cluster by lint: %s", (text) => {
    expect(namesIn(text)).toEqual(['target.cluster is never "prdo"']);
    expect(faultsOf(text)).toEqual([]);
  });

  test.each([
    ["part of a name", 'asker.id.startsWith("mal") || asker.id.matches("^mal") || asker.id.contains("l")'],
    ["a text that a function makes", 'asker.id == string(1) + "o" || "jo" + "e" == asker.id || size(asker.id) == 3'],
    ["what is chosen by", 'asker.id == (target.namespace == "mallory" ? "jo" : "dana")'],
    ["a field that may be anything beside it", '"mallory" in [asker.id, asker.email]'],
    ["the same as a choice", '(asker.guest ? asker.email : asker.id) == "mallory"'],
    ["a text that is chosen itself", '(asker.guest ? asker.id : "none") == "none"'],
    ["a name of one of several fields", '"acme" in [asker.id, asker.company, target.profile]'],
    ["a place of its own in a list", '[target.namespace, asker.id] == ["mallory", "jo"]'],
    ["another item of lists in a list", '[["mallory", "jo"]].exists(x, x[0] == target.namespace && x[1] == asker.id)'],
    ["an item that is not there", '["mallory"][1] == asker.id || ["mallory"][-1] == asker.id'],
    ["an item that is counted from the end, which is not there either", '["jo", "mallory", "jo"][-2] == asker.id'],
    ["a label", 'has(target.labels.owner) && target.labels.owner in ["mallory", asker.id]'],
    ["an item of labels", 'target.labels.exists(x, x == "mallory" || x == asker.id)'],
    ["what one macro calls as another does", '["mallory"].all(x, x != "eve") || ["jo"].exists(x, x == asker.id)'],
    ["a macro's item that is called like a field", '["mallory"].exists(tier, tier == "mallory")'],
    ["lists that are compared with lists of labels", '["mallory"] == [target.labels["owner"]]'],
  ])("and none is seen in %s", (_, text) => {
    expect(namesIn(text)).toEqual([]);
  });

  test("in lists of lists without end it takes no time", () => {
    const twice = (count: number) => `[["mallory"]]${".map(x, [x, x])".repeat(count)}`;
    const chosen = `["mallory"]${".map(x, asker.guest ? x : x)".repeat(18)}`;
    const before = process.cpuUsage();

    expect(namesIn(`${twice(12)} == ${twice(12)}`)).toEqual([]);
    expect(namesIn(`asker.id in ${chosen}`)).toEqual(['asker.id is never "mallory"']);

    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_000);
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
