/** Random small policies, in which the edges of the document meet often. */
import { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import type { Random } from "../../fakes/random.ts";
import { ZONES } from "./calendar.ts";
import { EXPRESSIONS } from "./conditions-twice.ts";

/** Everybody and everything there is; `zoe` is nobody whom the policy lists. */
export const PLACES = {
  people: ["mia", "max", "uma", "ada", "ben", "olga", "otto"],
  contractors: { mia: "acme", max: "acme", uma: "umbra" } as Readonly<Record<string, string>>,
  companies: ["acme", "umbra"],
  groups: ["red", "blue", "night"],
  slackGroups: ["S0RED", "S0BLUE", "S0NIGHT"],
  clusters: ["prod", "prod", "prod", "dev"],
  namespaces: ["pay", "pay-eu", "web"],
  profiles: ["logs", "restart"],
} as const;

/** Takes one in how many; returns whether it is this time. */
export function isOne({ below }: Random, of: number): boolean {
  return below(of) === 0;
}

/** Takes items; returns each with a chance of one half, at least `least` of them. */
export function someOf<Item>(random: Random, items: readonly Item[], least = 0): Item[] {
  const left = [...items];
  const wanted = Math.max(least, items.filter(() => isOne(random, 2)).length);
  return Array.from({ length: wanted }, () => left.splice(random.below(left.length), 1)).flat();
}

const ENTRIES = [
  ...["pay", "pay-eu", "web", "pay*", "*", "pay?eu", "*-eu", "w?b", "*e*", "?"],
  ...[
    { label: "team", value: "pay" },
    { label: "team", value: "web" },
    { label: "tier", value: "" },
  ],
];
const DURATIONS = ["10s", "30s", "10m", "1h", "2h"];
const EVERYBODY = [...PLACES.people, ...PLACES.companies, ...PLACES.groups];

type Draft = Record<string, unknown>;

/** Takes random numbers and the midnight around which it is asked; returns a policy of the right shape. */
export function anyLaw(random: Random, midnight: number): PolicyShape {
  const { below, pick } = random;
  const maybe = (of: number, make: () => Draft): Draft => (isOne(random, of) ? make() : {});
  const list = (name: string, most: number, make: () => Draft) =>
    Array.from({ length: below(most + 1) }, (_, i) => ({ name: `${name}-${i}`, ...make() }));
  const mapOf = (ids: readonly string[], make: (id: string) => Draft) =>
    Object.fromEntries(ids.map((id) => [id, make(id)]));
  const draft = {
    version: 1,
    slack: { requestsChannel: "C0REQUESTS", linkedBy: "the platform team" },
    companies: mapOf(PLACES.companies, () => ({
      ...{ name: "A company", sponsor: "ada", contractEnd: anyDay(random, midnight) },
      ...maybe(3, () => ({ maxPasses: 1 + below(3) })),
      ...maybe(3, () => ({ slackTeam: pick(["T0ACME", "T0ACME", "T0HOME"]) })),
    })),
    people: mapOf(PLACES.people, (id) => anyPerson(random, id, midnight)),
    groups: mapOf(PLACES.groups, (id) => anyGroup(random, id)),
    onCall: "night",
    profiles: mapOf(PLACES.profiles, (id) => ({
      ...{ role: `daypass-profile-${id}`, words: id === "logs" ? "Read the logs" : "Restart workloads", can: "read" },
      ...{ cannot: "write", maxDuration: isOne(random, 4) ? pick(DURATIONS) : "2h" },
    })),
    rules: [{ name: "rule-z", ...anyRule(random) }, ...list("rule", 4, () => anyRule(random))],
    denials: isOne(random, 5) ? list("denial", 2, () => anyDenial(random)) : [],
    separation: isOne(random, 4) ? list("pair", 2, () => ({ why: "Not both", ...anyPair(random) })) : [],
    ...maybe(4, () => ({ limits: { passesPerPerson: 1 + below(3), openPerPerson: 1 + below(3) } })),
    ...maybe(2, () => ({ tickets: { pattern: "INC-[0-9]+", example: "INC-1" } })),
    ...maybe(2, () => ({ risk: anyRisk(random) })),
    ...maybe(2, () => ({ breakGlass: anyGlass(random) })),
  };
  return PolicyShape.parse(draft);
}

/** The last day of a contract: far off mostly, else such that it ends at this midnight or one beside it. */
function anyDay(random: Random, midnight: number): string {
  const days = isOne(random, 8) ? random.pick([-2, -1, -1, 0]) : 400;
  return new Date(midnight + days * 86_400_000).toISOString().slice(0, 10);
}

function anyPerson(random: Random, id: string, midnight: number): Draft {
  // People move between companies, and some become employees: most often they are where they were.
  const company = isOne(random, 8) ? random.pick(["", ...PLACES.companies]) : (PLACES.contractors[id] ?? "");
  return {
    ...{ name: id, slack: `${isOne(random, 10) ? "T0ACME" : "T0HOME"}/U0${id.toUpperCase()}` },
    ...(company === "" ? {} : { company }),
    ...(isOne(random, 5) ? { contractEnd: anyDay(random, midnight) } : {}),
    ...(isOne(random, 2) ? { email: `${id}@${company || "home"}.example` } : {}),
  };
}

function anyGroup(random: Random, id: string): Draft {
  const people = isOne(random, 12) ? [] : someOf(random, PLACES.people, 4);
  const slackGroups = isOne(random, 3) ? [`S0${id.toUpperCase()}`] : [];
  return { name: id, channel: `C0${id.toUpperCase()}`, people, slackGroups };
}

function anyRule(random: Random): Draft {
  const { pick } = random;
  return {
    ...{ who: someOf(random, EVERYBODY, 2), cluster: pick(PLACES.clusters), namespaces: someEntries(random) },
    ...{ profiles: someOf(random, PLACES.profiles, 1), quorum: pick([1, 1, 1, 1, 2, 2, 3]) },
    approvers: pick<string | string[]>([
      "red",
      "red",
      "blue",
      ["red", "blue"],
      ["blue", "red"],
      ["red", "blue", "night"],
    ]),
    ...{ differentGroups: isOne(random, 3), notSameCompany: isOne(random, 3), ticket: isOne(random, 8) },
    ...(isOne(random, 4) ? { maxDuration: pick(DURATIONS) } : {}),
    ...(isOne(random, 5) ? { when: pick(EXPRESSIONS), whenWords: "so" } : {}),
    autoApprove: isOne(random, 3),
  };
}

function someEntries(random: Random): readonly unknown[] {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick<unknown>(ENTRIES));
}

function anyDenial(random: Random): Draft {
  return {
    why: "Frozen",
    ...(isOne(random, 2)
      ? { who: isOne(random, 2) ? [random.pick(PLACES.groups)] : someOf(random, EVERYBODY, 1) }
      : {}),
    ...(isOne(random, 2) ? { cluster: random.pick(PLACES.clusters) } : {}),
    ...(isOne(random, 2) ? { namespaces: [random.pick<unknown>(ENTRIES)] } : {}),
    ...(isOne(random, 2) ? { profiles: someOf(random, PLACES.profiles, 1) } : {}),
    ...(isOne(random, 2) ? { when: random.pick(EXPRESSIONS) } : {}),
  };
}

function anyPair(random: Random): Draft {
  const side = () => ({
    profiles: someOf(random, PLACES.profiles, 1),
    ...(isOne(random, 3) ? { cluster: random.pick(PLACES.clusters) } : {}),
    ...(isOne(random, 2) ? { namespaces: someEntries(random) } : {}),
  });
  return { first: side(), second: side() };
}

const RAISES: readonly Draft[] = [
  { clusterLabel: { label: "env", value: "prod" } },
  { namespaceLabel: { label: "team", value: "pay" } },
  { outsideHours: true },
  { firstPass: true },
  { afterRevocation: true },
];

function anyRisk(random: Random): Draft {
  const { pick } = random;
  const time = () => `${String(random.below(24)).padStart(2, "0")}:${pick(["00", "30", "59"])}`;
  const [from, to] = [time(), time()].sort();
  const hours = from === to ? { from: "08:00", to: "18:00" } : { from, to };
  const demands = () => ({
    ...(isOne(random, 3) ? { quorum: 1 + random.below(3) } : {}),
    ...(isOne(random, 4) ? { maxDuration: pick(DURATIONS) } : {}),
    ...{ ticket: isOne(random, 6), stepUp: isOne(random, 3) },
  });
  return {
    hours: { days: someOf(random, ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 4), ...hours, zone: pick(ZONES) },
    raise: Array.from({ length: random.below(3) }, () => ({ words: "It is so", ...pick(RAISES) })),
    tiers: Object.fromEntries(someOf(random, ["low", "medium", "high"]).map((tier) => [tier, demands()])),
  };
}

function anyGlass(random: Random): Draft {
  const { pick } = random;
  const rule = () => ({
    ...{ cluster: pick(PLACES.clusters), namespaces: someEntries(random) },
    profiles: someOf(random, PLACES.profiles, 1),
  });
  return {
    ...{ rules: Array.from({ length: 1 + random.below(2) }, rule), maxDuration: pick(DURATIONS) },
    ...{ reviewers: pick(PLACES.groups), reviewWithin: pick(["10m", "24h"]) },
  };
}
