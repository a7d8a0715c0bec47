import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { SAMPLE_FACTS } from "../../test/fakes/samples.ts";
import { type Coverage, covers, hasLabel, labelsOf, type Spot } from "./cover.ts";
import { matchesGlob } from "./glob.ts";

describe("a glob", () => {
  test.each([
    ["payments", "payments", true],
    ["payments", "payment", false],
    ["payments", "payments-a", false],
    ["pay*", "payments", true],
    ["pay*", "pay", true],
    ["pay*", "pa", false],
    ["*", "a", true],
    ["**", "a", true],
    ["*-prod", "web-prod", true],
    ["*-prod", "web-prod-2", false],
    ["*-prod", "a-prod-prod", true],
    ["team-*-prod", "team-a-prod", true],
    ["team-*-prod", "team-prod", false],
    ["team-?", "team-a", true],
    ["team-?", "team-", false],
    ["team-?", "team-ab", false],
    ["?", "a", true],
    ["a*b*c", "axxbyyc", true],
    ["a*b*c", "axxcyyb", false],
    ["a*?", "a", false],
    ["*a*", "bcd", false],
    ["", "", true],
    ["*", "", true],
    ["", "a", false],
  ])("%j and %j: %s", (glob, name, matches) => {
    expect(matchesGlob(glob, name)).toBe(matches);
  });

  test("matches what the same regular expression matches", () => {
    const random = createRandom();
    const text = (letters: string, most: number) =>
      Array.from({ length: random.below(most) }, () => random.pick([...letters])).join("");
    for (let run = 0; run < 3000; run++) {
      const glob = text("ab*?", 8);
      const name = text("ab", 10);
      const same = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);

      expect(matchesGlob(glob, name), `seed ${random.seed}: ${glob} ${name}`).toBe(same);
    }
  });

  test("takes no time to speak of, however bad it is", () => {
    const started = performance.now();
    for (let run = 0; run < 1000; run++) matchesGlob(`${"*a".repeat(31)}b`, "a".repeat(63));

    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("what an entry covers", () => {
  const spot: Spot = { cluster: "prod", namespace: "payments", labels: { team: "pay" }, profile: "logs" };
  const team = { label: "team", value: "pay" };
  test.each<[string, Coverage, boolean]>([
    ["all, where it says nothing", {}, true],
    ["its cluster", { cluster: "prod" }, true],
    ["no other cluster", { cluster: "dev" }, false],
    ["its profiles", { profiles: ["restart", "logs"] }, true],
    ["no other profile", { profiles: ["restart"] }, false],
    ["nothing by an empty list", { profiles: [] }, false],
    ["its namespaces", { namespaces: ["web", "pay*"] }, true],
    ["no other namespace", { namespaces: ["web"] }, false],
    ["no namespace by an empty list", { namespaces: [] }, false],
    ["its label", { namespaces: [team] }, true],
    ["no other value of it", { namespaces: [{ label: "team", value: "web" }] }, false],
    ["no label that every object answers to", { namespaces: [{ label: "constructor", value: "" }] }, false],
    ["only all of that together", { cluster: "prod", namespaces: ["payments"], profiles: ["restart"] }, false],
  ])("%s", (_, coverage, is) => {
    expect(covers(coverage, spot, false)).toBe(is);
    expect(covers(coverage, spot, true)).toBe(is);
  });

  test("by a label nobody knows is what the caller says: no to what allows, yes to what forbids", () => {
    const unlabelled = { ...spot, labels: null };

    expect(covers({ namespaces: [team] }, unlabelled, false)).toBe(false);
    expect(covers({ namespaces: [team] }, unlabelled, true)).toBe(true);
    expect(covers({ namespaces: ["web"] }, unlabelled, true)).toBe(false);
    expect(covers({ namespaces: [team], cluster: "dev" }, unlabelled, true)).toBe(false);
  });
});

test("a namespace's labels are those that were read, or not known", () => {
  expect(labelsOf({ ...SAMPLE_FACTS, namespaceLabels: { web: { team: "web" } } }, "web")).toEqual({ team: "web" });
  expect(labelsOf(SAMPLE_FACTS, "nowhere")).toBeNull();
  expect(labelsOf(SAMPLE_FACTS, "constructor")).toBeNull();
  expect(labelsOf(null, "web")).toBeNull();
});

test("an empty value is a value", () => {
  expect(hasLabel({ gold: "" }, { label: "gold", value: "" })).toBe(true);
  expect(hasLabel({}, { label: "gold", value: "" })).toBe(false);
});
